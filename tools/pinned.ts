// Which binaries there are and how each is pinned. The version stands once, in the go.mod of its module.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type BinaryName =
  | 'opa'
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'
  | 'kwok'
  | 'glua'
  | 'source-controller'
  | 'kustomize-controller';

export interface PinnedBinary {
  readonly name: BinaryName;
  /** As the Go module is tagged: `v1.22.2`. */
  readonly version: string;
  /** Folder of the Go module that pins it. */
  readonly moduleDir: string;
  /** What `go build` is asked for. */
  readonly goPackage: string;
  /** Environment variable that names the file. */
  readonly variable: string;
  /** True where a `KUBEBUILDER_ASSETS` folder may hold it, as controller-runtime's envtest lays it out. */
  readonly inAssets: boolean;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  readonly linkerFlags: string;
}

interface Row {
  readonly folder:
    | 'opa'
    | 'etcd'
    | 'kubernetes'
    | 'kwok'
    | 'gopher-lua'
    | 'source-controller'
    | 'kustomize-controller';
  readonly module: string;
  readonly goPackage: string;
  readonly inAssets: boolean;
  readonly versionArguments: readonly string[];
}

function kubernetes(command: string, inAssets: boolean, versionArguments = ['--version']): Row {
  const module = 'k8s.io/kubernetes';
  return { folder: 'kubernetes', module, goPackage: `${module}/cmd/${command}`, inAssets, versionArguments };
}

/** Neither says its version, so one on the PATH never counts. */
function flux(name: 'source-controller' | 'kustomize-controller'): Row {
  const module = `github.com/fluxcd/${name}`;
  return { folder: name, module, goPackage: module, inAssets: false, versionArguments: ['--version'] };
}

const ROWS: Readonly<Record<BinaryName, Row>> = {
  opa: {
    folder: 'opa',
    module: 'github.com/open-policy-agent/opa',
    goPackage: 'github.com/open-policy-agent/opa',
    inAssets: false,
    versionArguments: ['version'],
  },
  etcd: {
    folder: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    goPackage: 'go.etcd.io/etcd/server/v3',
    inAssets: true,
    versionArguments: ['--version'],
  },
  'kube-apiserver': kubernetes('kube-apiserver', true),
  'kube-controller-manager': kubernetes('kube-controller-manager', false),
  'kube-scheduler': kubernetes('kube-scheduler', false),
  kubectl: kubernetes('kubectl', true, ['version', '--client']),
  kwok: {
    folder: 'kwok',
    module: 'sigs.k8s.io/kwok',
    goPackage: 'sigs.k8s.io/kwok/cmd/kwok',
    inAssets: false,
    versionArguments: ['--version'],
  },
  // The Lua that Argo CD runs health checks with. It reports 0.1 whatever its version, so one on the PATH never counts.
  glua: {
    folder: 'gopher-lua',
    module: 'github.com/yuin/gopher-lua',
    goPackage: 'github.com/yuin/gopher-lua/cmd/glua',
    inAssets: false,
    versionArguments: ['-v'],
  },
  'source-controller': flux('source-controller'),
  'kustomize-controller': flux('kustomize-controller'),
};

export const BINARY_NAMES = Object.keys(ROWS) as readonly BinaryName[];

/** True for a name that `findBinary` knows. */
export function isBinaryName(name: string): name is BinaryName {
  return Object.hasOwn(ROWS, name);
}

/** Reads the pin of a binary. Throws when its go.mod does not require the module: a broken checkout. */
export function pinnedBinary(name: BinaryName): PinnedBinary {
  const { folder, module, goPackage, inAssets, versionArguments } = ROWS[name];
  const moduleDir = fileURLToPath(new URL(`./${folder}/`, import.meta.url));
  const version = requiredVersion(readFileSync(`${moduleDir}go.mod`, 'utf8'), module);
  const variable = name.toUpperCase().replaceAll('-', '_');
  const linkerFlags = folder === 'kubernetes' ? kubernetesLinkerFlags(version) : '-s -w';
  return { name, version, moduleDir, goPackage, variable, inAssets, versionArguments, linkerFlags };
}

function requiredVersion(goMod: string, module: string): string {
  for (const line of goMod.split('\n')) {
    const [path, version] = line
      .replace(/^require\s/, '')
      .trim()
      .split(/\s+/);
    if (path === module && version !== undefined) return version;
  }
  throw new Error(`tools: go.mod does not require ${module}`);
}

/** Kubernetes takes its version from the linker; without these it reports v0.0.0 and skews every client. */
function kubernetesLinkerFlags(version: string): string {
  const [major, minor] = version.replace(/^v/, '').split('.');
  const set = (name: string, value: string | undefined) =>
    `-X k8s.io/component-base/version.${name}=${value}`;
  return ['-s -w', set('gitVersion', version), set('gitMajor', major), set('gitMinor', minor)].join(' ');
}

# Flows as they are run: in the order of their dependencies, each in one session and one transaction, once the tables
# are there and every input has data.
package dappmesh.blueprints.lib.flow

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.flow_input
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_store

_flows[name] := flow if {
	some flow in component.product.spec.model.flows
	name := flow.name
}

_dependencies[name] := {needed | some needed in flow.dependsOn; _flows[needed]} if {
	some name, flow in _flows
}

# All flows that come before a flow, itself among them if it is in a cycle.
_before(name) := graph.reachable(_dependencies, _dependencies[name])

# What a processing entry runs.
names(process) := [process.entry.flow] if process.role == "pipeline"

names(process) := [name | some name in _workflow(process).flows] if process.role == "workflow"

_workflow(process) := [found |
	some found in component.product.spec.model.workflows
	found.name == process.entry.workflow
][0]

# What keeps a processing entry from running, each fault with its path.
faults(process) := ({fault | some fault in _store_faults(process)} | {fault | some fault in _name_faults(process)}) | {fault |
	some name in names(process)
	some fault in _flow_faults(process, name)
}

_store_faults(process) := {{
	"path": process.path,
	"message": $"\"{process.name}\" needs a storage entry of blueprint embedded-postgres to work on",
} |
	not _has_store(process)
}

_has_store(process) if postgres_store.is_embedded(component.storage(process))

_name_faults(process) := {{"path": process.path, "message": $"\"{process.name}\" runs no flow of the model"} | not _runs_any(process)}

_runs_any(process) if count(names(process)) > 0

_flow_faults(process, name) := {{"path": process.path, "message": $"flow \"{name}\" has no SQL in the model"} |
	object.get(_flows, [name, "sql"], "") == ""
} | {{
	"path": ["spec", "model", "flows", i, "dependsOn"],
	"message": $"flow \"{name}\" depends on itself: {concat(", ", sort(_before(name)))}",
} |
	name in _before(name)
	some i, flow in component.product.spec.model.flows
	flow.name == name
}

# Whatever comes before a flow has fewer flows before it.
_ordered(process) := [flow |
	some [_, name] in sort({[count(_before(name)), name] | some name in names(process)})
	flow := _flows[name]
]

# The files of a processing entry: what it waits for, its inputs, its flows in their order, and the script. A rule, since
# it is asked for more than once.
files[process.resource] := object.union_n([
	{"run.sh": _script, "missing.sql": _missing(process)},
	{$"input-{found.port.name}.sql": flow_input.sql(found) | some found in inputs(process)},
	{$"flow-{_file(i, flow)}": flow.sql | some i, flow in ordered},
	{$"done-{_file(i, flow)}": _record(flow) | some i, flow in ordered},
]) if {
	some process in _processes
	ordered := _ordered(process)
}

_processes := component.of("embedded-pipeline") | component.of("embedded-workflow")

_file(i, flow) := $"{substring(format_int(1001 + i, 10), 1, 3)}-{flow.name}.sql"

# The inputs that come from other products' SQL ports, in the order of their ports.
inputs(process) := [found |
	some input_port in component.product.spec.inputPorts
	input_port.name in _reads(process)
	some found in flow_input.of_ports
	found.port.name == input_port.name
]

_reads(process) := {name | some flow in _ordered(process); some name in flow.inputs}

_record(flow) := concat("", [
	$"insert into dappmesh.run values ({postgres.literal(flow.name)}, {postgres.literal(_digest(flow))}, now())\n",
	"on conflict (flow, digest) do update set finished = excluded.finished;\n",
])

_digest(flow) := crypto.sha256(flow.sql)

# A line for each thing that is not there yet.
_missing(process) := $"{concat("\nunion all\n", array.flatten([
		$"select 'tables of the contracts' where not exists (select from dappmesh.migration where digest = {postgres.literal(postgres_store.tables_digest(component.storage(process)))})",
		[_input_is_missing(input_port) |
			some input_port in component.product.spec.inputPorts
			input_port.name in _reads(process)
		],
		[_flow_is_missing(_flows[name]) | some name in sort(_awaited(process))],
	]))};\n"

_input_is_missing(input_port) := concat(" ", [
	$"select {postgres.literal($"tables of the input {input_port.name}")} where not exists (select from pg_class",
	$"where relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace = to_regnamespace({postgres.literal(schema)}))",
]) if {
	schema := postgres.identifier(postgres.snake(input_port.name))
}

_flow_is_missing(flow) := concat(" ", [
	$"select {postgres.literal($"the flow {flow.name}")} where not exists",
	$"(select from dappmesh.run where flow = {postgres.literal(flow.name)} and digest = {postgres.literal(_digest(flow))})",
])

# Flows that come before and are run by pipelines of their own.
_awaited(process) := {name |
	some own in names(process)
	some name in _before(own)
	not name in names(process)
	some other in component.of("embedded-pipeline")
	other.entry.flow == name
}

_script := `#!/bin/sh
# Waits until the tables are there and every input has data, then runs the flows in their order.
set -eu
cd "$(dirname "$0")"

run() {
  psql -X -q -v ON_ERROR_STOP=1 --single-transaction "$@"
}

inputs() {
  for file in input-*.sql; do
    if [ -e "$file" ]; then run -o /dev/null -f "$file" || return 1; fi
  done
}

ready() {
  missing='an answer of the database'
  inputs && missing=$(psql -X -q -A -t -v ON_ERROR_STOP=1 -f missing.sql) && [ -z "$missing" ]
}

until ready; do
  echo "waiting for $missing"
  sleep "${WAIT_SECONDS:-10}"
done
for file in flow-*.sql; do
  echo "running $file"
  run -f "$file" -f "done-${file#flow-}"
done
`

# How often a run is tried again: what the workflow says, else the class.
retries(process) := _workflow(process).retries

retries(process) := object.get(process.parameters, "backoffLimit", 0) if not _says_retries(process)

_says_retries(process) if _workflow(process).retries >= 0

# When a workflow runs; undefined where it does not say.
schedule(process) := _workflow(process).schedule

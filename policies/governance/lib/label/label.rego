# What Kubernetes takes as the value of a label. A default must never make an object invalid.
package dappmesh.governance.lib.label

is_value(value) if regex.match(`^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$`, value)

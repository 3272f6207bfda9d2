-- Health of every kind of dappmesh.io, from its conditions. Argo CD reads "_" in a path as a wildcard.
local hs = {}

-- The only kind without a status: it is there or it is not.
if obj.kind == "EngineClass" then
  hs.status = "Healthy"
  hs.message = "nothing to wait for"
  return hs
end

if obj.spec ~= nil and obj.spec.suspend == true then
  hs.status = "Suspended"
  hs.message = obj.kind .. " is suspended"
  return hs
end

hs.status = "Progressing"
hs.message = "waiting for the reconciler"

-- Until the status answers this generation, its conditions speak about an older spec.
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end

local ready, reconciling, stalled
for _, condition in ipairs(obj.status.conditions or {}) do
  if condition.type == "Ready" then
    ready = condition
  elseif condition.type == "Reconciling" and condition.status == "True" then
    reconciling = condition
  elseif condition.type == "Stalled" and condition.status == "True" then
    stalled = condition
  end
end

if stalled ~= nil then
  hs.status = "Degraded"
  hs.message = stalled.message
elseif reconciling ~= nil then
  hs.message = reconciling.message
elseif ready ~= nil then
  hs.message = ready.message
  if ready.status == "True" then
    hs.status = "Healthy"
  elseif ready.status == "False" then
    hs.status = "Degraded"
  end
end
return hs

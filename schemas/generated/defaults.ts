// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

export const DEFAULT_TABLE = {
  "Mesh": [
    {
      "path": [
        "spec",
        "suspend"
      ],
      "value": false
    }
  ],
  "Domain": [
    {
      "path": [
        "spec",
        "suspend"
      ],
      "value": false
    }
  ],
  "DataProduct": [
    {
      "path": [
        "spec",
        "suspend"
      ],
      "value": false
    }
  ],
  "DataContract": [],
  "AccessAgreement": [
    {
      "path": [
        "spec",
        "state"
      ],
      "value": "requested"
    },
    {
      "path": [
        "spec",
        "rawAccess"
      ],
      "value": false
    }
  ],
  "EngineClass": [],
  "PolicyExemption": []
} as const;

import { defineErrors } from '@novakit/core'

export const programErrors = defineErrors('program', {
  missing: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: (d: { program: string }) => `The program ${d.program} is not installed on the host.`,
  },
  failed: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { program: string }) => `The program ${d.program} failed on the host.`,
  },
  stopped: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { program: string }) => `The program ${d.program} went beyond what it may use and was stopped.`,
  },
})

import { defineErrors } from '@novakit/core'

export const fakeErrors = defineErrors('fake', {
  invalid_options: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The options of the fake driver are not valid: ${d.what}`,
  },
  injected: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { call: string }) => `The fake hypervisor was told to fail ${d.call}.`,
  },
  aborted: {
    kind: 'unavailable',
    help: 'same',
    message: (d: { call: string }) => `${d.call} was broken off by its caller.`,
  },
  closed: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'This connection to the hypervisor is closed.',
  },
  guest_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { server: string }) => `There is no guest ${d.server} on this host.`,
  },
  node_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { node: string }) => `This host has no node ${d.node}.`,
  },
  different_spec: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string }) => `Guest ${d.server} is here already and was made from another order.`,
  },
  older_guest: {
    kind: 'conflict',
    help: 'elsewhere',
    message: (d: { server: string }) => `An older guest ${d.server} is still here. Destroy it first.`,
  },
  no_room: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: () => 'The host has no room for the server.',
  },
  device_taken: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: () => 'A device that the server was given is in use by another.',
  },
  wrong_power: {
    kind: 'conflict',
    help: 'later',
    message: (d: { server: string; action: string; power: string }) =>
      `Guest ${d.server} cannot ${d.action} while it is ${d.power}.`,
  },
  broken: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { server: string; part: string }) => `The ${d.part} of guest ${d.server} cannot be read.`,
  },
  parts_gone: {
    kind: 'conflict',
    help: 'same',
    message: (d: { server: string; part: string }) => `The ${d.part} of guest ${d.server} went away meanwhile.`,
  },
  cannot_shrink: {
    kind: 'invalid',
    help: 'never',
    message: (d: { server: string }) => `The disk of guest ${d.server} cannot become smaller.`,
  },
  not_left: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string }) => `Guest ${d.server} did not leave this host, so it cannot come back.`,
  },
  destination_unknown: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: () => 'The destination is not ready for the guest.',
  },
  no_migration: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string }) => `No live migration of guest ${d.server} is under way.`,
  },
  unknown_host: {
    kind: 'not_found',
    help: 'never',
    message: (d: { host: string }) => `The fake world has no host ${d.host}: no driver was opened for it.`,
  },
  unknown_call: {
    kind: 'not_found',
    help: 'never',
    message: (d: { call: number }) => `Call ${d.call} does not wait to be released.`,
  },
  ambiguous_guest: {
    kind: 'invalid',
    help: 'never',
    message: (d: { server: string }) => `Guest ${d.server} is in several places. Say which host.`,
  },
  state_file: {
    kind: 'unavailable',
    help: 'elsewhere',
    message: () => 'The fake hypervisor could not write its state file.',
  },
})

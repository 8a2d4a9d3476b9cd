import { defineErrors } from '../error.ts'

export const networkErrors = defineErrors('network', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { network: string }) => `There is no network ${d.network} that this project may use.`,
  },
  port_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { port: string }) => `There is no port ${d.port} that this project may use.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The request about a network is not valid: ${d.what}`,
  },
  ambiguous: {
    kind: 'conflict',
    help: 'never',
    message: (d: { networks: number }) => `There are ${d.networks} networks that this project may use: name one.`,
  },
  in_use: {
    kind: 'conflict',
    help: 'never',
    message: (d: { what: string }) => `It is in use: ${d.what}`,
  },
  no_addresses: {
    kind: 'conflict',
    help: 'later',
    message: (d: { network: string }) => `Network ${d.network} has no free address left.`,
  },
})

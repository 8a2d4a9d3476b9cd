import { defineErrors } from '../error.ts'

export const aggregateErrors = defineErrors('aggregate', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { aggregate: string }) => `There is no aggregate ${d.aggregate}.`,
  },
  exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { name: string }) => `An aggregate with the name ${d.name} exists already.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The aggregate is not valid: ${d.what}`,
  },
  has_hosts: {
    kind: 'conflict',
    help: 'later',
    message: (d: { aggregate: string }) => `Aggregate ${d.aggregate} has hosts. Remove them first.`,
  },
  host_exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { aggregate: string; host: string }) => `Host ${d.host} is in aggregate ${d.aggregate} already.`,
  },
  other_zone: {
    kind: 'conflict',
    help: 'never',
    message: (d: { host: string; zone: string }) => `Host ${d.host} is in zone ${d.zone} already; a host has one zone.`,
  },
  in_use: {
    kind: 'conflict',
    help: 'later',
    message: (d: { host: string }) =>
      `Host ${d.host} holds servers of a group that counts by this kind of aggregate. Delete them first.`,
  },
  zone_not_found: {
    kind: 'invalid',
    help: 'never',
    message: (d: { zone: string }) => `There is no availability zone ${d.zone}. List the zones to see which there are.`,
  },
})

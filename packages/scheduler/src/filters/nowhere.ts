import { no } from '@novakit/core'

/** For hosts that a group with a level cannot count. */
export const nowhere = no({
  code: 'server_group.level',
  message: "The host is not in exactly one aggregate of the server group's level.",
})

import { attribute, child, list, mark, presence, record } from '../base/fields.ts'
import { integer, string, word } from '../base/scalars.ts'
import { kibibytes } from '../base/sizes.ts'

const mode = attribute('mode', word('strict', 'preferred', 'interleave', 'restrictive'))

export const memoryBacking = record({
  hugePages: child(
    'hugepages',
    record({
      pages: list(
        'page',
        record({
          /** In the `unit`. */
          size: attribute('size', integer),
          unit: attribute('unit', word('KiB', 'MiB', 'GiB')).maybe,
          nodeSet: attribute('nodeset', string).maybe,
        }),
      ),
    }),
  ).maybe,
  noSharePages: presence('nosharepages'),
  locked: presence('locked'),
  source: mark('source', 'type', word('file', 'anonymous', 'memfd')).maybe,
  access: mark('access', 'mode', word('shared', 'private')).maybe,
  allocation: mark('allocation', 'mode', word('immediate', 'ondemand')).maybe,
  discard: presence('discard'),
})

/** Where memory may come from: nodes of the host, for the whole guest and for each of its own. */
export const numaTune = record({
  memory: child('memory', record({ mode, nodeSet: attribute('nodeset', string).maybe })).maybe,
  nodes: list('memnode', record({ cell: attribute('cellid', integer), mode, nodeSet: attribute('nodeset', string) })),
})

export const memoryTune = record({
  hardLimit: kibibytes('hard_limit').maybe,
  softLimit: kibibytes('soft_limit').maybe,
  swapHardLimit: kibibytes('swap_hard_limit').maybe,
})

import type { Cloud, FirstBootSource } from '@novakit/core'
import { firstBootSource, tokens } from '@novakit/core'

/**
 * The servers of a cloud as its metadata service shows them. By address they are found where the network service knows
 * addresses (`serverAt`); by the signed headers of a proxy always.
 */
export function metadataSource({ container }: Cloud): FirstBootSource {
  return firstBootSource({
    global: container.get(tokens.global),
    cells: container.get(tokens.cells),
    networks: container.get(tokens.networks),
    secrets: container.get(tokens.secrets),
  })
}

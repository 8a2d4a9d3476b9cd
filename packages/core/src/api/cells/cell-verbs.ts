import type { ApiDeps } from '../deps.ts'
import type { CellInfo } from '../../domain/cell/cell.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import { authorize } from '../authorize.ts'
import { cellErrors } from '../../domain/cell/errors.ts'
import { CELL0 } from '../../domain/ids.ts'
import { listCells, setCellDisabled } from '../../storage/global/cells.ts'
import { name as cellName } from '../fields.ts'
import { parse } from '../parse.ts'

export interface CellView extends CellInfo {
  /** Its store answers. */
  readonly up: boolean
}

/** The shards of the cloud. All verbs throw `policy.forbidden`. */
export interface CellVerbs {
  list(): Promise<readonly CellView[]>
  /** Opens a store for it and takes it into work. @throws `cell.exists`, `cell.invalid`, `storage.*` */
  create(name: string): Promise<CellView>
  /** Takes hosts into the cloud that have greeted the cell and were not taken yet. @returns how many */
  discoverHosts(cell: string): Promise<number>
  /** It keeps its servers and gets no new ones. @throws `cell.not_found` */
  disable(cell: string): Promise<void>
  /** @throws `cell.not_found` */
  enable(cell: string): Promise<void>
}

export function cellVerbs(deps: ApiDeps, context: RequestContext): CellVerbs {
  const allow = (rule: string): void => authorize(deps.policy, rule, context, context)
  const setDisabled = async (cell: string, disabled: boolean): Promise<void> => {
    const known = await find(deps, cell)
    if (known.id === CELL0) throw cellErrors.invalid({ what: 'cell0 has no hosts to place anything on.' })
    await deps.global.write((tx) => setCellDisabled(tx, known.id, disabled))
    deps.hostsChanged()
  }
  return {
    list: async () => {
      allow('cells:list')
      return (await deps.global.read(listCells)).map((cell) => view(deps, cell))
    },
    create: async (name) => {
      allow('cells:create')
      return view(deps, await deps.makeCell(parse(cellName, name, invalid)))
    },
    discoverHosts: async (cell) => {
      allow('cells:discoverHosts')
      return deps.discoverHosts((await find(deps, cell)).id)
    },
    disable: async (cell) => {
      allow('cells:disable')
      await setDisabled(cell, true)
    },
    enable: async (cell) => {
      allow('cells:enable')
      await setDisabled(cell, false)
    },
  }
}

/** By id or by name. */
async function find({ global }: ApiDeps, cell: string): Promise<CellInfo> {
  const wanted = parse(cellName, cell, invalid)
  const known = (await global.read(listCells)).find((one) => one.id === wanted || one.name === wanted)
  if (known === undefined) throw cellErrors.not_found({ cell: wanted })
  return known
}

function view({ cells }: ApiDeps, cell: CellInfo): CellView {
  const up = cells.list().find((one) => one.id === cell.id)?.up ?? false
  return { ...cell, up }
}

function invalid(what: string): NovakitError {
  return cellErrors.invalid({ what })
}

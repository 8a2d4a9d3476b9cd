import { id, type AggregateId, type ProviderId } from '@novakit/core'
import { badRequest } from '../fault.ts'
import { isUuid, normalUuid } from '../uuid.ts'

const RESOURCES_FORM =
  'Badly formed resources parameter. Expected resources query string parameter in form: ' +
  '?resources=VCPU:2,MEMORY_MB:1024. Got: '

/** `VCPU:2,MEMORY_MB:1024`. @throws Fault 400 */
export function resourcesIn(value: string): Readonly<Record<string, number>> {
  if (value.trim() === '') throw badRequest(`${RESOURCES_FORM}empty string.`)
  const amounts: (readonly [string, number])[] = value.split(',').map((part) => {
    const [name = '', text, ...rest] = part.split(':')
    if (text === undefined || rest.length > 0) throw badRequest(`${RESOURCES_FORM}${part}.`)
    return [name, amountIn(name, text)]
  })
  return Object.fromEntries(amounts)
}

/** Digits in groups, signs and spaces around are a number to the original. */
function amountIn(name: string, text: string): number {
  if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(text)) {
    throw badRequest(`Requested resource ${name} expected positive integer amount. Got: ${text}.`)
  }
  const amount = Number(text.replaceAll('_', ''))
  if (amount < 1) throw badRequest(`Requested resource ${name} requires amount >= 1. Got: ${amount}.`)
  return amount
}

export interface TraitDemand {
  /** Of each of these lists at least one. */
  readonly required: readonly (readonly string[])[]
  readonly forbidden: readonly string[]
}

export interface TraitRules {
  /** `!TRAIT`, since 1.22. */
  readonly mayForbid: boolean
  /** `in:A,B`, since 1.39. */
  readonly mayChoose: boolean
}

const CHOICE = 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC'

/** One value of `required`. @throws Fault 400 */
export function traitsIn(value: string, { mayForbid, mayChoose }: TraitRules): TraitDemand {
  const bad = (what: string) => badRequest(`Invalid query string parameters: ${what}`)
  if (value.startsWith('in:')) {
    if (!mayChoose) throw bad(`The format '${CHOICE}' only supported since microversion 1.39. Got: ${value}`)
    return { required: [choiceIn(value, bad)], forbidden: [] }
  }
  const names = value.split(',').map((name) => name.trim())
  const forbidden = names.filter((name) => name.startsWith('!')).map((name) => name.replace(/^!+/, ''))
  const expected = `Expected 'required' parameter value of the form: HW_CPU_X86_VMX,${mayForbid ? '!' : ''}CUSTOM_MAGIC.`
  if ([...names, ...forbidden].includes('')) throw bad(`${expected} Got an empty trait in: ${value}`)
  if (forbidden.length > 0 && !mayForbid) throw bad(`${expected} Got: ${value}`)
  const required = names.filter((name) => !name.startsWith('!')).map((name) => [name])
  return { required, forbidden: [...new Set(forbidden)] }
}

function choiceIn(value: string, bad: (what: string) => Error): readonly string[] {
  const names = value
    .slice(3)
    .split(',')
    .map((name) => name.trim())
  if (names.includes('')) {
    throw bad(`Expected 'required' parameter value of the form: ${CHOICE}. Got an empty trait in: ${value}`)
  }
  if (names.some((name) => name.startsWith('!'))) {
    throw bad(`The format '${CHOICE}' does not support forbidden traits. Got: ${value}`)
  }
  return [...new Set(names)]
}

/** All values of `required` and its suffix; before 1.39 the last one alone counts. */
export function traitDemands(values: readonly string[], minor: number): TraitDemand {
  const rules = { mayForbid: minor >= 22, mayChoose: minor >= 39 }
  const demands = (rules.mayChoose ? values : values.slice(-1)).map((value) => traitsIn(value, rules))
  return {
    required: demands.flatMap((demand) => demand.required),
    forbidden: [...new Set(demands.flatMap((demand) => demand.forbidden))],
  }
}

export interface AggregateDemand {
  readonly memberOf: readonly (readonly AggregateId[])[]
  readonly forbiddenAggregates: readonly AggregateId[]
}

/** All values of `member_of` and its suffix. @throws Fault 400 */
export function aggregateDemands(values: readonly string[], suffix: string, minor: number): AggregateDemand {
  if (minor < 24 && values.length > 1) throw badRequest(`Multiple member_of${suffix} parameters are not supported`)
  const demands = values.map(aggregatesIn)
  if (minor < 32 && demands.some((demand) => demand.forbids)) {
    throw badRequest(`Forbidden member_of${suffix} parameters are not supported in the specified microversion`)
  }
  return {
    memberOf: demands.filter((demand) => !demand.forbids).map((demand) => demand.aggregates),
    forbiddenAggregates: demands.filter((demand) => demand.forbids).flatMap((demand) => demand.aggregates),
  }
}

function aggregatesIn(value: string): { readonly forbids: boolean; readonly aggregates: readonly AggregateId[] } {
  const [, not = '', choice = '', list = ''] = /^(!?)(in:)?(.*)$/s.exec(value) ?? []
  if (list.includes(',') && choice === '') {
    throw badRequest(
      "Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword using the valid " +
        `microversion. Got: ${value}`,
    )
  }
  const aggregates = choice === '' ? [list] : list.split(',')
  const wrong = aggregates.find((each) => !isUuid(each))
  if (wrong !== undefined) {
    throw badRequest(
      `Invalid query string parameters: Expected 'member_of' parameter to contain valid UUID(s). Got: ${wrong}`,
    )
  }
  return { forbids: not === '!', aggregates: aggregates.map((each) => id<AggregateId>(each)) }
}

/** @throws Fault 400 */
export function treeIn(value: string): ProviderId {
  const normal = normalUuid(value.trim())
  if (normal !== null) return id<ProviderId>(normal)
  throw badRequest(
    `Invalid query string parameters: Expected 'in_tree' parameter to be a format of uuid. Got: ${value}`,
  )
}

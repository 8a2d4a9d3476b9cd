import { nextRound } from '@novakit/core'
import { isStandard, unknownNames } from '@novakit/placement'
import { candidateSlices, type CandidateResult, type CandidateRequest } from '@novakit/placement/candidates'
import { allow, checkQuery, type Call, type Handler } from '../call.ts'
import { badRequest } from '../fault.ts'
import { rules } from '../policy/rules.ts'
import { getCandidates } from '../schemas/candidates.ts'
import { candidatesText } from '../wire/candidates.ts'
import { candidateQuery, type CandidateQuery } from './candidate-request.ts'

/** Since then a candidate may use several providers of one tree. */
const NESTED = 29

export const list: Handler = async (call) => {
  allow(call, rules.listCandidates)
  const { minor, search: text } = call
  const asked = call.at.candidateQueries.of(`${minor} ${text}`, () =>
    candidateQuery(checkQuery(call, getCandidates), minor),
  )
  await checkNames(call, asked)
  const result = await search(call, { ...asked, seed: call.at.seed, nested: call.minor >= NESTED })
  return { status: 200, text: await candidatesText(result, asked.resources, call.minor), modified: null }
}

/** In pieces, so that no request keeps the others waiting. */
async function search({ at }: Call, request: CandidateRequest): Promise<CandidateResult> {
  const { index } = await at.mirror.current()
  const classes = request.resources.groups.flatMap((group) => Object.keys(group.resources))
  for (const _ of index.prepare(classes)) await nextRound()
  const work = candidateSlices(index, request)
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    await nextRound()
  }
}

async function checkNames({ at }: Call, { resources }: CandidateQuery): Promise<void> {
  const classes = resources.groups.flatMap((group) => Object.keys(group.resources))
  const inGroups = resources.groups.flatMap((group) => [...group.required.flat(), ...group.forbidden])
  const traits = [...inGroups, ...resources.rootRequired, ...resources.rootForbidden]
  // Mostly there is nothing to ask.
  const areStandard =
    classes.every((name) => isStandard('resource_class', name)) && traits.every((name) => isStandard('trait', name))
  if (areStandard) return
  const [noClasses, noTraits] = await at.store.read(async (tx) => [
    await unknownNames(tx, 'resource_class', classes),
    await unknownNames(tx, 'trait', traits),
  ])
  if (noClasses.length > 0) {
    throw badRequest(`Invalid resource class in resources parameter: No such resource class ${noClasses[0]}.`)
  }
  if (noTraits.length > 0) throw badRequest(`No such trait(s): ${noTraits.join(', ')}.`)
}

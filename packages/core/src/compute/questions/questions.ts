import type { Answers, Question } from '../../rpc/questions.ts'
import type { HypervisorHost } from '../../ports/hypervisor.ts'
import { bytes } from '../../domain/unit/units.ts'
import { facet } from '../orders/act/facet.ts'
import { hostErrors } from '../../domain/host/errors.ts'

/** What can be asked of a guest: it changes nothing and waits for nothing. */
const questions: {
  readonly [Name in keyof Answers]: (hypervisor: HypervisorHost, question: Question) => Promise<Answers[Name]>
} = {
  consoleOutput: async (hypervisor, { guest, maxBytes }) => {
    const shown = facet(hypervisor, 'console', 'show the console of a guest')
    if (shown.output === undefined) throw hostErrors.unsupported({ what: 'show the console log of a guest' })
    const output = await shown.output(guest, bytes(maxBytes))
    return { base64: Buffer.from(output).toString('base64') }
  },
  diagnostics: async (hypervisor, { guest }) => facet(hypervisor, 'diagnostics', 'diagnose a guest').read(guest),
}

/** @throws `host.unsupported`, and what the driver throws */
export function answerTo(hypervisor: HypervisorHost, question: Question): Promise<Answers[keyof Answers]> {
  return questions[question.about](hypervisor, question)
}

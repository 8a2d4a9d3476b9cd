import { isNovakitError, problemOf } from 'novakit'

/** What a child lets its parent call. */
export type Offer = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>

export interface Question {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
}

export type Answer = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly problem: { code: string; message: string } }
)

/**
 * Waits, loaded, for the options that the parent gives; makes what is offered of them, tells the parent so, and answers
 * its calls for as long as it is there.
 */
export function serveParent<Options>(begin: (options: Options) => Promise<Offer>): void {
  process.on('disconnect', () => process.exit())
  process.once('message', (message) => {
    const { options } = message as { options: Options }
    begin(options).then(serve, (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    })
  })
}

function serve(offer: Offer): void {
  const answer = async ({ id, name, args }: Question): Promise<void> => {
    try {
      const value = await offer[name]?.(...(args as never[]))
      process.send?.({ id, value: value ?? null } satisfies Answer)
    } catch (error) {
      const { code, message } = isNovakitError(error) ? error : { ...problemOf(error), message: String(error) }
      process.send?.({ id, problem: { code, message } } satisfies Answer)
    }
  }
  process.on('message', (question) => void answer(question as Question))
  process.send?.('ready')
}

/** Dies here and now, as if the power were cut. */
export function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

/** A bar on a terminal; elsewhere a line now and then. */
export function progressOn(stream: NodeJS.WriteStream): (share: number, what: string) => void {
  const width = 28
  let shown = -1
  return (share, what) => {
    const step = Math.floor(share * (stream.isTTY ? 1000 : 10))
    if (step === shown) return
    shown = step
    const percent = `${Math.floor(100 * share)}`.padStart(3)
    if (!stream.isTTY) return void stream.write(`${percent} % ${what}\n`)
    const full = Math.round(share * width)
    const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`
    stream.write(`\r\u001B[2K${bar} ${percent} % ${share === 1 ? '\n' : what}`)
  }
}

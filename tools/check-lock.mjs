// The lock file must hold every optional platform package (else `npm ci` refuses it elsewhere) and no registry address.
import fs from 'node:fs'

const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'))
let bad = 0
for (const [where, entry] of Object.entries(lock.packages)) {
  const missing = Object.keys(entry.optionalDependencies ?? {}).filter(
    (name) => !lock.packages[`${where}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
  )
  if (missing.length > 0) {
    bad++
    console.log(where || '(root)', entry.version, 'lacks', missing.join(' '))
  }
  if (entry.resolved && /^https?:/.test(entry.resolved)) {
    bad++
    console.log(where, 'holds a registry address')
  }
}
process.exitCode = bad ? 1 : 0

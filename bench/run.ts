import { readdir } from 'node:fs/promises'
import path from 'node:path'

/** `npm run bench -- AREA...`: every file of the areas named, or of all. Each prints its own figures. */
const here = import.meta.dirname
const folders = await readdir(here, { withFileTypes: true })
const areas = folders.filter((entry) => entry.isDirectory() && !['workloads', 'node_modules'].includes(entry.name))
const wanted = process.argv.slice(2)
const known = areas.map((area) => area.name)
const unknown = wanted.filter((area) => !known.includes(area))
if (unknown.length > 0) {
  console.error(`There is no bench for ${unknown.join(', ')}; there is ${known.join(', ')}.`)
  process.exit(2)
}
for (const area of wanted.length > 0 ? wanted : known) {
  const files = (await readdir(path.join(here, area))).filter((file) => file.endsWith('.bench.ts'))
  for (const file of files.toSorted((a, b) => a.localeCompare(b))) {
    console.log(`\n${area}/${file}`)
    const bench = (await import(path.join(here, area, file))) as { run(): Promise<void> }
    await bench.run()
  }
}

import { cycles } from './cycles.ts'
import { doors, drawn } from './doors.ts'
import { errorsInTheirFiles } from './error-table.ts'
import { everyFolderHasAFloor, floors, noDatabase } from './floors.ts'
import { container, containerComesLater, loadingDeclares } from './loading.ts'
import { packages } from './packages.ts'
import { ports, pureRooms } from './purity.ts'
import { names, sizeOfFiles, sizeOfFunctions } from './sizes.ts'
import type { Rule } from './tree.ts'
import { silencers, words } from './words.ts'

/** The house rules by the sentence each of them keeps true. */
export const rules: Readonly<Record<string, Rule>> = {
  'rooms are entered through declared doors, along drawn arrows': doors,
  'every package has an arrow drawn for it': drawn,
  'no floor of core knows a floor above it or a stranger beside it': floors,
  'every folder of core stands on a floor': everyFolderHasAFloor,
  'the agent and the drivers load no database': noDatabase,
  'no module loads itself in a circle': cycles,
  'pure rooms take values and return values': pureRooms,
  'time, chance, terminal and environment come in through ports': ports,
  'loading a module only declares': loadingDeclares,
  'the container and its polyfill stay in the composition room': container,
  'importing a package does not load the container': containerComesLater,
  'no banned word stands in the tree': words,
  'nothing silences the compiler or swallows a failure': silencers,
  'a source file has at most 400 lines': sizeOfFiles,
  'a function fits a screen, and a factory two': sizeOfFunctions,
  'files and folders are in kebab-case': names,
  'each package is complete': packages,
  'errors are declared in errors.ts files': errorsInTheirFiles,
}

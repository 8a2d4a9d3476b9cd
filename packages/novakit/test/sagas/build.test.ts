import { describeSaga } from '@novakit/core/testing'
import { sagaSuite } from '../support/saga-suite.ts'

describeSaga('server.build', sagaSuite('server.build', 'a server is built'))

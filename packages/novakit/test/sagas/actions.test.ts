import { describeSaga } from '@novakit/core/testing'
import { actionSuite, testedActions } from '../support/action-scenarios.ts'

for (const kind of testedActions) describeSaga(kind, actionSuite(kind))

// The door of @novakit/metadata: for now, the port that it is to fulfil.

export type { ConfigDriveFormat, FirstBoot, FirstBootInput, TaggedDevice } from '@novakit/core'

export interface ArtifactSize {
  readonly file: string;
  readonly commands: readonly string[];
  readonly rawBytes: number;
  readonly gzipBytes: number;
}
export function measure(): ArtifactSize[];

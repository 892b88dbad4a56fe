/** Code that the host application runs as text: an ES module that has no file, on no command line. */

/** As it crosses to the guest. */
export interface CodeProgram {
  readonly source: string;
  /** The descriptor where the value that the code hands back is written, encoded; null: none is wanted. */
  readonly resultFd: number | null;
}

/** The `hostData` of a process that runs code. Relative imports start at its working directory. */
export class NodeCode implements CodeProgram {
  readonly source: string;
  readonly resultFd: number | null;

  constructor(source: string, resultFd: number | null) {
    this.source = source;
    this.resultFd = resultFd;
  }
}

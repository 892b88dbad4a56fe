/** The text of docs/sdk.md, from the declarations that the package ships. */
export function sdkPage(): string;

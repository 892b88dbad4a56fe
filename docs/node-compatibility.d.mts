export function nodeCompatibilityPage(): string;

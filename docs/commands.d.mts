export function commandsPage(): string;

export const open = (): undefined => undefined;
export const raw = { bytes: 5 };

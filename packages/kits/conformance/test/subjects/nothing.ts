export const backend = "none";

/** Has every name that the packages import, for a bundle that uses none of them. */
export const absent = {};

/** True if all packages and examples were built just before the tests began, as `npm test` does. */
export const isBuilt: boolean = process.env.BUILT === "yes";

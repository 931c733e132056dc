/** The header of an answer that says that there is no such page, for frameworks that have others. */
export const NO_PAGE = "x-hitbox-no-page";

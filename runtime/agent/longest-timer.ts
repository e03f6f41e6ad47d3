/** The longest that Node's timers can wait, ms (24.8 days): one that is set for longer goes off at once. */
export const LONGEST_TIMER = 2_147_483_647;

import { registerHooks } from "node:module";

// Prints the address of every module as it is loaded: `node --import` of this file before the program.
registerHooks({
  load(url, context, nextLoad) {
    console.log(url);
    return nextLoad(url, context);
  },
});

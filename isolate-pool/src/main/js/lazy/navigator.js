/** navigator: what a program may ask of where it runs. */
export default function navigatorScript(core) {
  const allowed = {};

  class Navigator {
    constructor(token) {
      if (token !== allowed) throw new TypeError("Illegal constructor");
    }

    get hardwareConcurrency() {
      return 1;
    }

    get language() {
      return "en";
    }

    get languages() {
      return Object.freeze(["en"]);
    }

    get onLine() {
      return true;
    }

    get userAgent() {
      return "Echelon";
    }
  }

  core.idl(Navigator, "Navigator");
  return { __proto__: null, Navigator, navigator: new Navigator(allowed) };
}

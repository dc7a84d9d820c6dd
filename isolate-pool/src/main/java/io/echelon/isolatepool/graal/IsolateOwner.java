package io.echelon.isolatepool.graal;

/** Who is told of an isolate's fortunes. */
interface IsolateOwner {
    /** It was evaluated and can serve. */
    void started(JsIsolate isolate);

    /** It could not be evaluated; it is closed. */
    void startFailed(JsIsolate isolate, String message);

    /** A call is over, and what it asked to be waited for too. */
    void served(JsIsolate isolate, JsCall call);

    /** It was closed or killed. */
    void ended(JsIsolate isolate);
}

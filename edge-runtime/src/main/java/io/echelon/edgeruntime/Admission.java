package io.echelon.edgeruntime;

import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in that are answered on this node, and has them answered: later, by a file, or by
 * the function.
 *
 * @param invocations requests that are answered later
 * @param quarantine where functions are answered that are stopped again and again; null for nowhere
 */
record Admission(
        IsolatePool pool,
        NodeLoad load,
        InvocationRequests invocations,
        @Nullable Quarantine quarantine) {
    /**
     * Answers a request, or refuses it; on its event loop.
     *
     * @param scheme {@code http} or {@code https}, as the caller sees it
     */
    void admit(
            Exchange exchange,
            RequestHead head,
            @Nullable RequestBody body,
            Target target,
            String scheme) {
        exchange.leadsTo(target, head);
        String overload = load.refusal();
        if (!overload.isEmpty()) {
            exchange.refuse(ErrorCode.OVERLOADED, overload, Outcome.OVERLOADED);
            return;
        }
        if (!exchange.enter(target)) {
            return;
        }
        String url = scheme + "://" + head.authority() + head.target();
        if (invocations.take(exchange, head, body, target, url)) {
            return;
        }
        AssetSite assets = target.assets();
        if (assets != null && assets.answer(exchange, head)) {
            return;
        }
        if (quarantine != null
                && quarantine.has(target.revision())
                && quarantine.take(
                        new Forwarding.Asked(exchange, head, body, scheme),
                        target,
                        () -> call(exchange, head, body, target, url))) {
            return;
        }
        call(exchange, head, body, target, url);
    }

    private void call(
            Exchange exchange,
            RequestHead head,
            @Nullable RequestBody body,
            Target target,
            String url) {
        FunctionRequest call =
                new FunctionRequest(
                        exchange.requestId(),
                        exchange.request().method().name(),
                        url,
                        head.headers(),
                        body);
        exchange.answeredBy(pool.call(target.revision(), call, exchange));
    }
}

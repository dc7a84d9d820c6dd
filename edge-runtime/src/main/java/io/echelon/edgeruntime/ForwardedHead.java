package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The head of a request that one node hands to another, and how it travels.
 *
 * <p><b>Wire.</b> A request of HTTP/1.1 with the caller's method to {@link #PATH} of the other
 * node's internal port, or of its port for other machines:
 *
 * <ul>
 *   <li>It MUST show the cluster's secret, or a certificate, like everything there; it is refused
 *       otherwise. Public ports know no such requests: what they get is a caller's, whatever it
 *       says, and headers of these names go nowhere.
 *   <li>{@code x-echelon-forward-revision}, {@code -id}, {@code -scheme}, {@code -host} and {@code
 *       -target} MUST be there, once: which revision is to answer, the request's id, and what the
 *       caller asked for.
 *   <li>{@code x-echelon-forward-need} MUST be there: {@code ready} has the other node refuse the
 *       request when it would have to make an isolate for it first, {@code loaded} only when the
 *       revision is not there, {@code nothing} in neither case.
 *   <li>Each header that the function is to see MUST be there under its name with {@code h-} before
 *       it, in their order, those that the first node has added among them. Nothing that a caller
 *       says thus is a header of this exchange.
 *   <li>A body MUST be announced by {@code expect: 100-continue} and sent once it is asked for,
 *       which is when the function reads it. Until then it is whole, and somebody else can be asked
 *       to answer.
 *   <li>The answer is the function's if it has the request's own id in {@code
 *       x-echelon-request-id}. One without is the other node's refusal: it has not begun. Functions
 *       cannot set that header.
 *   <li>A node that gets such a request MUST answer it itself or refuse it, and never hand it on.
 * </ul>
 *
 * @param need what the other node has to have
 * @param requestId that of the first node, by which logs and traces know it
 * @param scheme {@code http} or {@code https}, as the caller sees it
 * @param authority the host that the caller asked for, with its port if it has one
 * @param target path and query
 * @param headers as the function is to see them, names in lower case and values in turn
 */
record ForwardedHead(
        RevisionId revision,
        Need need,
        String requestId,
        String scheme,
        String authority,
        String target,
        List<String> headers) {
    /** What a node has to have of a revision to answer a request that is handed to it. */
    enum Need {
        /** An isolate that stands ready. */
        READY,
        /** The revision: to load it takes longer than to make an isolate. */
        LOADED,
        /** Nothing: it is loaded first where that is needed, as only a quarantine does. */
        NOTHING;

        private String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Need of(String wireName) {
            for (Need need : values()) {
                if (need.wireName().equals(wireName)) {
                    return need;
                }
            }
            throw refuse("\"%s\" is nothing that is needed".formatted(wireName));
        }
    }

    static final String PATH = "/forward";

    /** Most bytes of all headers on the way: those of callers with their prefixes, and our own. */
    static final int MAX_BYTES = 2 * Limits.HEADERS_MAX_BYTES;

    private static final String OWN = "x-echelon-forward-";
    private static final String REVISION = OWN + "revision";
    private static final String NEED = OWN + "need";
    private static final String ID = OWN + "id";
    private static final String SCHEME = OWN + "scheme";
    private static final String HOST = OWN + "host";
    private static final String TARGET = OWN + "target";
    private static final String CALLERS = "h-";

    ForwardedHead {
        headers = List.copyOf(headers);
    }

    /** Of a caller's request. */
    static ForwardedHead of(
            RevisionId revision, Need need, String requestId, String scheme, RequestHead head) {
        return new ForwardedHead(
                revision,
                need,
                requestId,
                scheme,
                head.authority(),
                head.target(),
                List.of(head.headers()));
    }

    /**
     * Out of a request of another node.
     *
     * @throws EchelonException INVALID_ARGUMENT when it is none
     */
    static ForwardedHead read(HttpServerRequest request) {
        List<String> headers = new ArrayList<>();
        for (Map.Entry<String, String> header : request.headers()) {
            String name = header.getKey();
            if (name.startsWith(CALLERS)) {
                headers.add(name.substring(CALLERS.length()));
                headers.add(header.getValue());
            }
        }
        return new ForwardedHead(
                revision(required(request, REVISION)),
                Need.of(required(request, NEED)),
                required(request, ID),
                required(request, SCHEME),
                required(request, HOST),
                required(request, TARGET),
                headers);
    }

    /** Sets the headers by which it travels. */
    void write(MultiMap to) {
        to.set(REVISION, revision.toString());
        to.set(NEED, need.wireName());
        to.set(ID, requestId);
        to.set(SCHEME, scheme);
        to.set(HOST, authority);
        to.set(TARGET, target);
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            to.add(CALLERS + headers.get(i), headers.get(i + 1));
        }
    }

    private static String required(HttpServerRequest request, String name) {
        List<String> values = request.headers().getAll(name);
        if (values.size() != 1) {
            throw refuse("The header %s is there %d times".formatted(name, values.size()));
        }
        return values.getFirst();
    }

    private static RevisionId revision(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            throw refuse("\"%s\" is no revision of an app".formatted(text));
        }
        return new RevisionId(
                new TenantName(parts[0]), new AppName(parts[1]), RevisionId.parseLabel(parts[2]));
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tags under which a caller saw what he changes, of which one must still be its own; without
 * any it is changed however it is.
 */
final class IfMatch {
    /** However it is. */
    static final IfMatch ANYTHING = new IfMatch(null);

    private static final Pattern TAGS =
            Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e]*\"(\\s*,\\s*(W/)?\"[\\x21\\x23-\\x7e]*\")*");
    private static final Pattern STRONG = Pattern.compile("(?<!W/)\"([\\x21\\x23-\\x7e]*)\"");

    private final @Nullable Set<String> tags;

    private IfMatch(@Nullable Set<String> tags) {
        this.tags = tags;
    }

    /**
     * @param header as it came; null is none
     */
    static IfMatch of(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return ANYTHING;
        }
        if (!TAGS.matcher(header.strip()).matches()) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The header If-Match must repeat the header etag of the answer that was read, quotation marks included");
        }
        Set<String> tags = new HashSet<>();
        Matcher strong = STRONG.matcher(header);
        while (strong.find()) {
            tags.add(strong.group(1));
        }
        return new IfMatch(tags);
    }

    /** The only tag; null when everything matches. */
    @Nullable String only() {
        if (tags == null) {
            return null;
        }
        if (tags.size() != 1) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The header If-Match has %d tags; give the one of the entry that was read"
                            .formatted(tags.size()));
        }
        return tags.iterator().next();
    }

    /**
     * Refuses a change of what the caller has not seen as it is.
     *
     * @param what as it stands in a sentence, such as {@code The domain}
     */
    void require(EntityTag tag, String what) {
        if (tags != null && !tags.contains(tag.value())) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "%s was changed by somebody else meanwhile; look at it again and repeat"
                            .formatted(what));
        }
    }
}

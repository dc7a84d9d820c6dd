package io.echelon.controlplane;

/** Why somebody was not let in, as the audit says it. */
enum Refused {
    WRONG_TOKEN("wrong token"),
    EXPIRED_TOKEN("expired token"),
    /** One that opens the API, but no session. */
    SHORT_LIVED_TOKEN("short-lived token"),
    TOO_OFTEN("too often"),
    /** It came back from the provider without having left for it, or too late. */
    NOT_BEGUN("not begun here"),
    WRONG_PROVIDER("wrong provider"),
    PROVIDER_REFUSED("refused by the provider"),
    PROVIDER_FAILED("failure of the provider"),
    UNVERIFIED("address not verified"),
    NOT_INVITED("not invited"),
    OTHER_ACCOUNT("another account's address");

    /** The actor of who said nothing of who it is. */
    static final String NOBODY = "unknown";

    private final String words;

    Refused(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}

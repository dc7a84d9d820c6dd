package io.echelon.deploycli;

/**
 * An address of a machine and a port on it.
 *
 * @param host a name or an address, an IPv6 one without brackets
 * @param port 1 to 65,535, or 0 for a free one
 */
record HostPort(String host, int port) {
    /** Where nodes are reached by those of other machines, unless somebody says otherwise. */
    static final int CLUSTER_PORT = 7443;

    /**
     * What a user wrote: {@code HOST}, {@code HOST:PORT}, or {@code [IPV6]:PORT}.
     *
     * @param port when the text has none
     */
    static HostPort parse(String option, String text, int port) {
        String host = text;
        String digits = Integer.toString(port);
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
                throw refuse(option, text);
            }
            host = text.substring(1, end);
            if (end + 1 < text.length()) {
                digits = text.substring(end + 2);
            }
        } else if (colon >= 0 && text.indexOf(':') == colon) {
            host = text.substring(0, colon);
            digits = text.substring(colon + 1);
        }
        if (!host.matches("[0-9A-Za-z._:-]{1,253}")
                || !digits.matches("[0-9]{1,5}")
                || Integer.parseInt(digits) > 65_535) {
            throw refuse(option, text);
        }
        if (host.equals("0.0.0.0") || host.equals("::")) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "%s is \"%s\", which no other machine can reach; write the address that it has there, such as 10.0.0.5"
                            .formatted(option, text));
        }
        return new HostPort(host, Integer.parseInt(digits));
    }

    private static CliException refuse(String option, String text) {
        return new CliException(
                ExitCode.WRONG_USAGE,
                "%s is \"%s\"; write an address like 10.0.0.5 or 10.0.0.5:7443"
                        .formatted(option, text));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}

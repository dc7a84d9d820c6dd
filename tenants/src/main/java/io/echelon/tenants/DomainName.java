package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.Character.UnicodeScript;
import java.net.IDN;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a host on the internet, such as {@code www.example.com}: in lower case, in the ASCII
 * form of IDNA, two labels or more, neither an address nor with a dot at the end, at most {@value
 * #CHARS_MAX} characters.
 */
public record DomainName(@JsonValue String value) implements Comparable<DomainName> {
    /** So that {@link #challenge} is a name that DNS can have. */
    public static final int CHARS_MAX = 234;

    private static final String CHALLENGE = "_echelon-challenge.";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

    /** Scripts that are written together in one word. */
    private static final List<Set<UnicodeScript>> TOGETHER =
            List.of(
                    EnumSet.of(
                            UnicodeScript.LATIN,
                            UnicodeScript.HAN,
                            UnicodeScript.HIRAGANA,
                            UnicodeScript.KATAKANA),
                    EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.BOPOMOFO),
                    EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.HANGUL));

    @JsonCreator
    public DomainName {
        if (value.length() > CHARS_MAX) {
            throw refuse(
                    value,
                    "is %d characters; at most %d are allowed"
                            .formatted(value.length(), CHARS_MAX));
        }
        String[] labels = value.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw refuse(
                        value,
                        "is not a host's name: each part has 1 to 63 of a-z, 0-9 and, between them, hyphens");
            }
        }
        if (labels.length < 2 || NUMBER.matcher(labels[labels.length - 1]).matches()) {
            throw refuse(
                    value,
                    "is a single word or an address; give a whole name such as www.example.com");
        }
    }

    /** A name as people write it: in any case, in their own script, with a dot at the end. */
    public static DomainName parse(String text) {
        String name = text.strip();
        name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (name.length() > CHARS_MAX) {
            return new DomainName(name); // which says that it is too long
        }
        if (name.contains("*")) {
            throw refuse(name, "is a wildcard; add each host by its name");
        }
        String ascii;
        try {
            ascii = IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            if (!IDN.toASCII(IDN.toUnicode(ascii), IDN.USE_STD3_ASCII_RULES)
                    .equalsIgnoreCase(ascii)) {
                throw refuse(name, "is not in the normal form of international names");
            }
        } catch (IllegalArgumentException notAllowed) {
            throw refuse(name, "has characters that a host's name may not have");
        }
        for (String label : IDN.toUnicode(ascii).split("\\.", -1)) {
            if (mixesScripts(label)) {
                throw refuse(
                        name,
                        "has a part with letters of several scripts, which could be taken for another name");
            }
        }
        return new DomainName(ascii);
    }

    /** The name whose TXT record says who owns this one. */
    public String challenge() {
        return CHALLENGE + value;
    }

    /** Whether this is a name or stands below it. */
    public boolean isWithin(String domain) {
        return value.equals(domain) || value.endsWith("." + domain);
    }

    private static boolean mixesScripts(String label) {
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        label.codePoints().mapToObj(UnicodeScript::of).forEach(scripts::add);
        scripts.remove(UnicodeScript.COMMON);
        scripts.remove(UnicodeScript.INHERITED);
        return scripts.size() > 1
                && TOGETHER.stream().noneMatch(together -> together.containsAll(scripts));
    }

    private static EchelonException refuse(String name, String why) {
        return new EchelonException(
                ErrorCode.INVALID_ARGUMENT,
                "Domain \"%s\" %s".formatted(Names.abbreviated(name), why));
    }

    @Override
    public int compareTo(DomainName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

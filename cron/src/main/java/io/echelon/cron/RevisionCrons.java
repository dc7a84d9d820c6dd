package io.echelon.cron;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All crons of a revision, those of its configuration and those that its code registers when it is
 * warmed: names are unique, every schedule can be read.
 */
public record RevisionCrons(List<DeclaredCron> crons) {
    public RevisionCrons {
        crons = List.copyOf(crons);
    }

    /**
     * The crons of a revision that is being deployed.
     *
     * @throws EchelonException INVALID_CONFIGURATION when there are too many, two of one name, or
     *     one with a schedule that is none
     */
    public static RevisionCrons checked(List<DeclaredCron> crons) {
        if (crons.size() > Limits.CRONS_PER_APP_MAX) {
            throw refuse(
                    "The function has %,d crons; at most %d are allowed"
                            .formatted(crons.size(), Limits.CRONS_PER_APP_MAX));
        }
        Set<String> names = new HashSet<>();
        for (DeclaredCron cron : crons) {
            String name = cron.spec().name();
            if (!names.add(name)) {
                throw refuse(
                        "Two crons are called \"%s\"; give each a name of its own, in edge.json and in Deno.cron"
                                .formatted(name));
            }
            try {
                var _ = Schedule.parse(cron.spec().schedule(), cron.weekdays());
            } catch (EchelonException e) {
                throw refuse("Cron \"%s\": %s".formatted(name, e.reason()));
            }
        }
        return new RevisionCrons(crons);
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message);
    }
}

package io.echelon.deploycli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * All commands by name. A command's class is only loaded when that command is to run or to be
 * listed, so that starting stays quick.
 */
final class Commands {
    private static final int HELP_WIDTH = 110;
    private static final Map<String, Function<Surroundings, Object>> COMMANDS =
            new LinkedHashMap<>();

    static {
        COMMANDS.put("up", UpCommand::new);
        COMMANDS.put("down", DownCommand::new);
        COMMANDS.put("restart", RestartCommand::new);
        COMMANDS.put("reload", ReloadCommand::new);
        COMMANDS.put("diagnose", DiagnoseCommand::new);
        COMMANDS.put("status", StatusCommand::new);
        COMMANDS.put("nodes", NodesCommand::new);
        COMMANDS.put("node", NodeCommand::with);
        COMMANDS.put("backup", BackupCommand::new);
        COMMANDS.put("store", StoreCommand::with);
        COMMANDS.put("init", InitCommand::new);
        COMMANDS.put("deploy", DeployCommand::new);
        COMMANDS.put("apps", AppsCommand::new);
        COMMANDS.put("revisions", RevisionsCommand::new);
        COMMANDS.put("promote", PromoteCommand::new);
        COMMANDS.put("rollback", RollbackCommand::new);
        COMMANDS.put("delete", DeleteCommand::new);
        COMMANDS.put("invoke", InvokeCommand::new);
        COMMANDS.put("logs", LogsCommand::new);
        COMMANDS.put("traces", TracesCommand::new);
        COMMANDS.put("trace", TraceCommand::new);
        COMMANDS.put("limits", LimitsCommand::new);
        COMMANDS.put("env", EnvCommand::with);
        COMMANDS.put("secret", SecretCommand::with);
        COMMANDS.put("domains", DomainsCommand::with);
        COMMANDS.put("cron", CronCommand::with);
        COMMANDS.put("kv", KvCommand::with);
        COMMANDS.put("queue", QueueCommand::with);
        COMMANDS.put("run", RunCommand::new);
        COMMANDS.put("tenants", TenantsCommand::with);
        COMMANDS.put("members", MembersCommand::with);
        COMMANDS.put("tokens", TokensCommand::with);
        COMMANDS.put("usage", UsageCommand::new);
        COMMANDS.put("quota", QuotaCommand::with);
        COMMANDS.put("audit", AuditCommand::new);
        COMMANDS.put("login", LoginCommand::new);
        COMMANDS.put("logout", LogoutCommand::new);
        COMMANDS.put("whoami", WhoamiCommand::new);
        COMMANDS.put("completion", CompletionCommand::new);
    }

    private Commands() {}

    /** A command line that knows the command which the arguments begin with, or else all. */
    static CommandLine commandLine(Surroundings surroundings, String... args) {
        Function<Surroundings, Object> only = args.length == 0 ? null : COMMANDS.get(args[0]);
        if (only == null) {
            return all(surroundings);
        }
        return legible(root(surroundings).addSubcommand(args[0], only.apply(surroundings)));
    }

    static CommandLine all(Surroundings surroundings) {
        CommandLine line = root(surroundings);
        COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.apply(surroundings)));
        return legible(line);
    }

    private static CommandLine root(Surroundings surroundings) {
        return new CommandLine(new EdgeCommand(surroundings));
    }

    /** Applies to all commands that have been added. */
    private static CommandLine legible(CommandLine line) {
        return line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpWidth(HELP_WIDTH)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}

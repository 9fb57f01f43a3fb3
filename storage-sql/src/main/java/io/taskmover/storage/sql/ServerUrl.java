package io.taskmover.storage.sql;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a database of a server is and who wants to use it: {@code //user@host:port/database}, each part but the host
 * optional and percent-encoded.
 *
 * @param database empty if none is named
 * @param user empty if none is named
 * @param password null to leave it to the driver, which looks into the password file
 */
record ServerUrl(
        String scheme,
        String host,
        int port,
        String database,
        String user,
        @Nullable String password) {
    private static final Pattern LOCATION = Pattern.compile("//(?:(?<user>.*)@)?"
            + "(?<host>[^@:/\\[\\]]+|\\[[0-9a-fA-F:.]+])(?::(?<port>[0-9]{1,5}))?(?:/(?<database>[^/]*))?");

    /** @throws ConfigException that never shows what it was given, for that may be a password */
    static ServerUrl of(StorageConfig config, int defaultPort) {
        Matcher matcher = LOCATION.matcher(config.location());
        if (!matcher.matches()) {
            throw new ConfigException("The address of the database is not of the form"
                    + " " + config.scheme()
                    + "://user@host:port/database; signs in names and passwords that mean something in a URL"
                    + " are written as %40 for @, %3A for : and %2F for /");
        }
        String info = matcher.group("user") == null ? "" : matcher.group("user");
        int colon = info.indexOf(':');
        String user = config.option("user").orElseGet(() -> decoded(colon < 0 ? info : info.substring(0, colon)));
        String port = matcher.group("port");
        String database = decoded(matcher.group("database") == null ? "" : matcher.group("database"));
        return new ServerUrl(
                config.scheme(),
                matcher.group("host"),
                port == null ? defaultPort : Integer.parseInt(port),
                database,
                user,
                password(config, colon < 0 ? null : decoded(info.substring(colon + 1))));
    }

    private static @Nullable String password(StorageConfig config, @Nullable String inUrl) {
        if (config.option("passwordEnv").isPresent()) {
            String variable = config.option("passwordEnv").get();
            String value = System.getenv(variable);
            if (value == null) {
                throw new ConfigException("The environment variable " + variable
                        + ", which passwordEnv names, is not set; it is to hold the password");
            }
            return value;
        }
        return config.option("password").orElse(inUrl);
    }

    private static String decoded(String text) {
        try {
            // a plus is a plus in this part of a URL
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // without the cause: it would show a part of the text
            throw new ConfigException("A % in the address of the database is not followed by two hexadecimal digits");
        }
    }

    /** The same, but for names that stand for those that are missing. */
    ServerUrl withDefaults(String defaultUser, String defaultDatabase) {
        return new ServerUrl(
                scheme,
                host,
                port,
                database.isEmpty() ? defaultDatabase : database,
                user.isEmpty() ? defaultUser : user,
                password);
    }

    /** Whether the host is this machine, so that nobody listens on the way. */
    boolean isLocal() {
        return Set.of("localhost", "[::1]").contains(host) || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** The place, for messages. */
    String shown() {
        return scheme + "://" + host + ":" + port + "/" + database;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return shown();
    }
}

package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.OutageSettings;
import io.github.camelroboflow.app.settings.Settings.PageSettings;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.app.settings.Settings.SamplesSettings;
import io.github.camelroboflow.app.settings.Settings.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;

/** Declares the server, the page, outages, samples and the stop. */
final class ServerProperties {

    static final PropertyList ALL = new PropertyList();

    private static final int HIGHEST_PORT = 65_535;

    static final Property<String> SERVER_HOST = ALL.text("server.host", "0.0.0.0", """
            --- The route server: the address and the port that it listens at. 0.0.0.0 stands for all addresses of this \
            machine. Without keys, only programs on this machine can reach it""");
    static final Property<Integer> SERVER_PORT = ALL.number("server.port", "9001", 0, HIGHEST_PORT, "");
    static final Property<String> SERVER_KEYS = ALL.text("server.keys", "", """
            The keys that clients need, separated by commas. Make them long and random. Or name a file with one key in a \
            line""");
    static final Property<String> SERVER_KEYS_FILE = ALL.text("server.keysFile", "", "");
    static final Property<String> ROBOFLOW_SERVER_KEYS = ALL.text("camel.component.roboflow-server.keys", "{{server.keys}}", "");
    static final Property<String> ROBOFLOW_SERVER_KEYS_FILE =
            ALL.text("camel.component.roboflow-server.keysFile", "{{server.keysFile}}", "");
    static final Property<Boolean> PAGE_ENABLED = ALL.yesOrNo("page.enabled", "true", """
            --- The page in the browser, and the health and the metrics of the program at /observe/health and /observe/metrics. \
            With localhost, only people and programs on this machine can use it. Another host, such as 0.0.0.0 for all \
            addresses of this machine, needs a password, which goes unencrypted over the network""");
    static final Property<String> PAGE_HOST = ALL.text("page.host", "localhost", "");
    static final Property<Integer> PAGE_PORT = ALL.number("page.port", "8080", 0, HIGHEST_PORT, "");
    static final Property<String> PAGE_PASSWORD = ALL.secret("page.password", "{{env:PAGE_PASSWORD:}}", "");
    static final Property<String> PAGE_PASSWORD_FILE = ALL.text("page.passwordFile", "", "Or a file that holds the password");
    static final Property<String> PAGE_NAME = ALL.text("page.name", "", """
            The name under which a proxy with TLS offers the page, such as vision.example.com. The proxy sends this name in the \
            header Host, or an address of this machine""");
    static final Property<Boolean> PAGE_REQUESTS = ALL.yesOrNo("page.requests", "false", """
            Whether the page also shows the last requests of the route server, with their results and images, and tries conditions \
            on them. The images are those of clients, so they are left out unless this is true. They are kept in memory only, \
            the last 60 and at most 32 MB""");
    static final Property<Duration> OUTAGE_RETRY_AFTER = ALL.duration("outage.retryAfter", "5s",
            "--- Outages: the pause before the first new try. It doubles up to the longest pause");
    static final Property<Duration> OUTAGE_MAX_RETRY_AFTER = ALL.duration("outage.maxRetryAfter", "1m", "");
    static final Property<Boolean> SAMPLES_ENABLED = ALL.yesOrNo("samples.enabled", "true", """
            --- Sample images. They go into the inbox if there is no inbox yet, and if the model and the routes are the \
            shipped ones""");
    static final Property<Path> SAMPLES_DIRECTORY = ALL.folder("samples.directory", "config/samples", "");
    static final Property<String> MAIN_SHUTDOWN_TIMEOUT = ALL.text("camel.main.shutdownTimeout", "60",
            "--- The stop: the number of seconds that the images in flight may take to finish");

    static final Property<Duration> LOG_SUMMARY = ALL.seconds("log.summary", "60", """
            --- The summary: the number of seconds between two lines that tell how many images are done, as long as there is \
            work. On a terminal that line renews itself. 0: no such lines, and none at the stop""");
    static final Property<LogFormat> LOG_FORMAT = ALL.choice("log.format", "text", LogFormat.values(), """
            --- The form of the log. text: lines for people. json: each line is a JSON object, as config/log4j2-json.properties \
            writes it, for programs that collect logs""");

    private enum LogFormat {
        TEXT, JSON
    }

    private ServerProperties() {
    }

    static ServerSettings server(PropertyValues values) {
        return new ServerSettings(values.get(SERVER_HOST), values.get(SERVER_PORT), values.get(SERVER_KEYS),
                values.get(SERVER_KEYS_FILE));
    }

    static PageSettings page(PropertyValues values) {
        return new PageSettings(values.get(PAGE_ENABLED), values.get(PAGE_HOST), values.get(PAGE_PORT), values.get(PAGE_PASSWORD),
                values.get(PAGE_NAME), values.get(PAGE_REQUESTS));
    }

    static OutageSettings outage(PropertyValues values) {
        return new OutageSettings(values.get(OUTAGE_RETRY_AFTER), values.get(OUTAGE_MAX_RETRY_AFTER));
    }

    static SamplesSettings samples(PropertyValues values) {
        return new SamplesSettings(values.get(SAMPLES_ENABLED), values.get(SAMPLES_DIRECTORY));
    }
}

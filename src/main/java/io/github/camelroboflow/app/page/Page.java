package io.github.camelroboflow.app.page;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.settings.Settings.PageSettings;
import io.github.camelroboflow.app.status.WorkMonitor;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.server.HttpService;
import io.github.camelroboflow.server.ServerSettings;
import io.github.camelroboflow.server.ServerSettings.Keys;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page of a program. It starts after the first result, so that it does not delay it, or some seconds after the program if no
 * image comes.
 */
public final class Page implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Page.class);
    /** The time without an image after which the page starts. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(3);
    /** The further time for a first image in work: one that takes longer is what people want to look at. */
    private static final Duration LATEST = Duration.ofSeconds(30);
    /** The largest file for the drop zone, in bytes. */
    private static final int MOST_BYTES = 50_000_000;
    private static final int MOST_CONNECTIONS = 100;
    private static final int MOST_REQUESTS = 64;
    private static final Duration TRANSFER = Duration.ofMinutes(1);

    private final CamelContext context;
    private final Settings settings;
    private final PrintStream out;
    private boolean closed;
    private HttpService service;

    private Page(CamelContext context, Settings settings, PrintStream out) {
        this.context = context;
        this.settings = settings;
        this.out = out;
    }

    /**
     * Begins to remember work and to count meters, and starts the page in the background when the context has started, unless it is
     * disabled. It ends with the context. A program that ends by itself has no page.
     *
     * @param context the context, before its routes are made
     * @param out     for a line with the page's address, or with the reason why there is no page
     */
    public static void startWith(CamelContext context, Settings settings, PrintStream out) {
        if (!settings.page().enabled()) {
            return;
        }
        RecentWork.of(context);
        if (settings.page().requests()) {
            context.getManagementStrategy().addEventNotifier(new ServedRequests(RecentWork.of(context)));
        }
        Metrics.bind(context);
        Page page = ContextEvents.closedWith(context, new Page(context, settings, out));
        ContextEvents.at(CamelEvent.Type.CamelContextStarted, context, () -> {
            if (!OneShotJob.isAllOf(context)) {
                Thread starter = new Thread(page::waitAndStart, "roboflow-page-start");
                starter.setDaemon(true);
                starter.start();
            }
        });
    }

    private void waitAndStart() {
        try {
            RecentWork.of(context).awaitFirst(LONGEST_IDLE, LATEST, () -> WorkMonitor.inWork(context));
            start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            out.println("  page     none: " + e.getMessage() + " (page.host, page.port)");
        } catch (RuntimeException | Error e) {
            LOG.warn("There is no page: {}", e.toString());
        }
    }

    private synchronized void start() throws IOException {
        if (closed) {
            return;
        }
        PageSettings page = settings.page();
        List<String> passwords = page.password().isBlank() ? List.of() : List.of(page.password());
        ServerSettings limits = new ServerSettings(page.host(), page.port(), new Keys(passwords), 0, MOST_BYTES, MOST_REQUESTS,
                MOST_CONNECTIONS, TRANSFER, TRANSFER, Duration.ofSeconds(2), false);
        String token = HttpService.newToken();
        service = start(limits, token);
        String host = page.host().equals("0.0.0.0") || page.host().equals("::") ? "localhost" : page.host();
        out.println("  page     http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":"
                + service.port() + "/");
    }

    /** Starts the service, for one of the roles at any free port if another program of them has the configured one. */
    private HttpService start(ServerSettings limits, String token) throws IOException {
        PageSite site = new PageSite(context, settings, token);
        try {
            return HttpService.start(limits, site, token);
        } catch (IOException e) {
            if (!settings.scale().isRole()) {
                throw e;
            }
            return HttpService.start(limits.atAnyPort(), site, token);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (service != null) {
            service.close();
        }
    }
}

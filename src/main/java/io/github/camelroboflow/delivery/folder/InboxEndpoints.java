package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.FolderChecks.FolderAwayException;
import io.github.camelroboflow.delivery.folder.InboxFiles.TakableFileFilter;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.inference.support.Advice;
import java.io.File;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.ScheduledPollConsumer;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/** The file endpoints with a process strategy, and their routes: checks them, and sets what the strategy needs. */
final class InboxEndpoints {

    private final CamelContext context;
    private final InboxStrategy strategy;
    private final Path inbox;

    InboxEndpoints(CamelContext context, InboxStrategy strategy) {
        this.context = context;
        this.strategy = strategy;
        this.inbox = strategy.settings().inbox();
    }

    /** @throws IllegalArgumentException if one watches another folder */
    void check() {
        all().forEach(this::check);
    }

    /** Checks the endpoints, and has them watch the inbox and make no folder. Returns whether there are any. */
    boolean adopt() {
        List<FileEndpoint> endpoints = all();
        for (FileEndpoint endpoint : endpoints) {
            check(endpoint);
            if (!watches(endpoint, inbox)) {
                endpoint.setFile(inbox.toFile());
            }
            // Camel would make the inbox without a check
            endpoint.setAutoCreate(false);
        }
        return !endpoints.isEmpty();
    }

    /**
     * Prepares an endpoint for its first poll.
     *
     * @param waits whether no images can be taken yet
     */
    void prepare(GenericFileEndpoint<File> endpoint, FolderImages images, BooleanSupplier waits) {
        if (!(endpoint.getFilter() instanceof TakableFileFilter)) {
            endpoint.setFilter(new TakableFileFilter(endpoint.getFilter(),
                    file -> !waits.getAsBoolean() && images.isTakable(file)));
        }
        if (endpoint.getOnCompletionExceptionHandler() == null) {
            // Camel would make one, with a logger, for each image
            endpoint.setOnCompletionExceptionHandler(new LoggingExceptionHandler(context, InboxStrategy.class));
        }
        if (endpoint.getInProgressRepository() instanceof MemoryIdempotentRepository
                || endpoint.getInProgressRepository() instanceof InProgressFiles) {
            endpoint.setInProgressRepository(new InProgressFiles());
        }
        routes().filter(route -> route.getEndpoint() == endpoint).forEach(route -> {
            if (route.getConsumer() instanceof ScheduledPollConsumer consumer && hasPaceOfOurs(consumer.getPollStrategy())) {
                consumer.setPollStrategy(images.pace());
            }
        });
    }

    /** Returns whether a poll strategy is not the user's own. */
    private static boolean hasPaceOfOurs(PollingConsumerPollStrategy strategy) {
        return strategy instanceof InboxPace || strategy.getClass() == DefaultPollingConsumerPollStrategy.class;
    }

    /**
     * Has the routes of an endpoint wait if folders are away.
     *
     * @param away  the reason; {@code null} if they are there
     * @param probe ends the wait when it succeeds
     * @throws UncheckedIOException if a route has no policy that has it wait
     */
    void waitFor(GenericFileEndpoint<File> endpoint, FolderAwayException away, Runnable probe) {
        requirePolicy(away);
        if (away != null) {
            routes().filter(route -> route.getEndpoint() == endpoint).forEach(route -> OutageRoutePolicy.of(route)
                    .ifPresent(policy -> policy.suspendUntil(route, away, probe)));
        }
    }

    /** @throws UncheckedIOException if folders are away, and a route has no policy that has it wait */
    void requirePolicy(FolderAwayException away) {
        if (away != null && routes().anyMatch(route -> OutageRoutePolicy.of(route).isEmpty())) {
            throw new UncheckedIOException(away);
        }
    }

    private Stream<Route> routes() {
        return context.getRoutes().stream().filter(route -> isOfStrategy(route.getEndpoint()));
    }

    private List<FileEndpoint> all() {
        return context.getEndpoints().stream().filter(this::isOfStrategy).map(FileEndpoint.class::cast).toList();
    }

    private boolean isOfStrategy(Endpoint endpoint) {
        return endpoint instanceof FileEndpoint files && files.getProcessStrategy() == strategy;
    }

    /** Checks that an endpoint watches the inbox. Camel decodes names such as {@code in%20box}, as parts of an address. */
    private void check(FileEndpoint endpoint) {
        String decoded = URLDecoder.decode(inbox.toString().replaceAll("%(?![0-9A-Fa-f]{2})", "%25").replace("+", "%2B"),
                StandardCharsets.UTF_8);
        if (!watches(endpoint, inbox) && !watches(endpoint, Path.of(decoded))) {
            throw new IllegalArgumentException("a route watches " + endpoint.getFile()
                    + ", but its processStrategy is for " + inbox
                    + ": " + Advice.choose("set the property inbox to the folder that is watched",
                    "make it for the folder that is watched") + ", or give each route a bean of its own");
        }
    }

    private static boolean watches(FileEndpoint endpoint, Path folder) {
        return endpoint.getFile().toPath().toAbsolutePath().normalize().equals(folder.toAbsolutePath().normalize());
    }
}

package io.github.camelroboflow.app;

import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.component.server.RoboflowServerEndpoint;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.MessageText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.util.URISupport;

/** The lines that the program prints when it has started: the source, the model and the destinations. */
final class StartAnnouncement {

    private static final List<String> INTERNAL = List.of("roboflow", "direct", "seda", "scheduler", "log", "mock", "kamelet",
            "master");
    private static final int MOST_NAMED = 12;
    private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::");

    private StartAnnouncement() {
    }

    static List<String> of(CamelContext context, int samples) {
        List<String> lines = new ArrayList<>();
        lines.add("camel-roboflow runs " + routes(context) + "; Ctrl-C stops it");
        String sources = sources(context);
        if (!sources.isEmpty()) {
            lines.add("  watches  " + sources);
        }
        servers(context).forEach(server -> {
            lines.add("  serves   " + describe(server));
            served(server).ifPresent(models -> lines.add("  models   " + models));
        });
        models(context).forEach(model -> lines.add("  model    " + model));
        if (context.hasService(Dispatch.class) != null) {
            lines.add("  sends    a reference to each image to the topic " + property(context, "scale.topic").orElse("?"));
        } else if (!sources.isEmpty()) {
            // a server's results go to its clients
            destinations(context).ifPresent(names -> lines.add("  results  " + names));
            unsigned(context).ifPresent(lines::add);
        }
        List<InboxStrategy> folders = InboxStrategy.of(context).stream().filter(folder -> !folder.watch().isEmpty()).toList();
        if (!folders.isEmpty()) {
            lines.add("  images   end in " + join(folders, InboxSettings::done) + ", or with the reason in "
                    + join(folders, InboxSettings::failed));
        } else if (context.getRoutes().stream().map(Route::getEndpoint).anyMatch(FileEndpoint.class::isInstance)) {
            property(context, "done").ifPresent(done -> lines.add("  images   end in " + done + ", or with the reason in "
                    + property(context, "failed").orElse("failed")));
        }
        waiting(context).ifPresent(count -> lines.add("  outbox   " + count + (count == 1 ? " result waits" : " results wait")
                + " to be sent"));
        if (samples > 0) {
            lines.add("  samples  " + samples + " were put into " + property(context, "inbox").orElse("the inbox")
                    + ", since this is the first start");
        }
        return lines;
    }

    private static OptionalLong waiting(CamelContext context) {
        Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
        OptionalLong count = outbox == null ? OptionalLong.empty() : outbox.waiting();
        return count.orElse(0) == 0 ? OptionalLong.empty() : count;
    }

    static String routes(CamelContext context) {
        String chosen = property(context, "routes").orElse("");
        return context.getRoutes().stream()
                .filter(route -> !INTERNAL.contains(scheme(route.getEndpoint())) || route.getRouteId().equals(chosen))
                .map(Route::getRouteId).sorted().collect(Collectors.joining(", "));
    }

    private static String sources(CamelContext context) {
        Stream<String> buckets = Stream.ofNullable(context.hasService(BucketInbox.class)).filter(BucketInbox::isListed)
                .map(BucketInbox::source);
        Stream<String> dispatched = Stream.ofNullable(context.hasService(Dispatch.class)).map(Dispatch::source);
        return join(Stream.concat(Stream.concat(buckets, dispatched), context.getRoutes().stream().map(Route::getEndpoint)
                .filter(endpoint -> !INTERNAL.contains(scheme(endpoint)) && !(endpoint instanceof RoboflowServerEndpoint))
                .map(StartAnnouncement::source))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Returns the place that images come from, and for one of several folders also its name and its model. */
    private static String source(Endpoint endpoint) {
        if (endpoint instanceof FileEndpoint file && file.getProcessStrategy() instanceof InboxStrategy inbox
                && !inbox.watch().isEmpty()) {
            CamelContext context = endpoint.getCamelContext();
            String model = property(context, "watch." + inbox.watch() + ".model").filter(text -> !text.isBlank())
                    .or(() -> property(context, "model")).orElse("");
            return place(endpoint) + " (" + inbox.watch() + ", " + model + ")";
        }
        return place(endpoint);
    }

    private static List<RoboflowServerEndpoint> servers(CamelContext context) {
        return context.getRoutes().stream().map(Route::getEndpoint).filter(RoboflowServerEndpoint.class::isInstance)
                .map(RoboflowServerEndpoint.class::cast).toList();
    }

    private static Optional<String> served(RoboflowServerEndpoint server) {
        List<String> models = server.modelsAtStart();
        String named = String.join(", ", models.subList(0, Math.min(MOST_NAMED, models.size())));
        return models.isEmpty() ? Optional.empty()
                : Optional.of(named + (models.size() > MOST_NAMED ? " and " + (models.size() - MOST_NAMED) + " more" : ""));
    }

    private static String describe(RoboflowServerEndpoint server) {
        String port = ":" + server.getPort();
        return "POST " + server.url().orElse("http://" + server.getHost() + port) + "/<project>/<version>, "
                + (server.isLocalOnly() ? "for programs on this machine only, since no keys are set (server.keys)"
                        : (ALL_ADDRESSES.contains(server.getHost()) ? "at all addresses of this machine, " : "")
                                + "for clients that have a key");
    }

    private static Optional<String> destinations(CamelContext context) {
        Collection<Endpoint> sources = context.getRoutes().stream().map(Route::getEndpoint).toList();
        Collection<String> places = context.getEndpoints().stream().filter(endpoint -> !sources.contains(endpoint))
                .flatMap(endpoint -> destination(endpoint).stream()).collect(Collectors.toCollection(TreeSet::new));
        return places.isEmpty() ? Optional.empty() : Optional.of(join(places));
    }

    private static Optional<String> unsigned(CamelContext context) {
        boolean used = context.getEndpoints().stream().anyMatch(endpoint -> endpoint instanceof KameletEndpoint kamelet
                && kamelet.getTemplateId().equals("webhook"));
        // commas alone are no secret: they separate secrets
        boolean signed = property(context, "webhook.secret").orElse("").chars()
                .anyMatch(c -> c != ',' && !Character.isWhitespace(c));
        return used && !signed ? Optional.of("  webhooks are not signed: webhook.secret is not set") : Optional.empty();
    }

    /** Returns the path of a folder, or the name that the routes give to another destination. */
    static Optional<String> destination(Endpoint endpoint) {
        if (endpoint instanceof KameletEndpoint kamelet) {
            Object name = Stream.of("name", "bucket", "container", "topic", "queue", "url").map(kamelet.getKameletProperties()::get)
                    .filter(Objects::nonNull).findFirst().orElse("");
            if (isOwnBeginning(kamelet)) {
                return Optional.empty();
            }
            return Optional.of(kamelet.getTemplateId().equals("folder")
                    ? Path.of(property(kamelet.getCamelContext(), "results").orElse(""),
                            FileNames.writable(String.valueOf(name))).toString()
                    : (kamelet.getTemplateId() + " " + withoutPath(String.valueOf(name))).strip());
        }
        return INTERNAL.contains(scheme(endpoint)) ? Optional.empty() : Optional.of(place(endpoint));
    }

    /** Returns whether the endpoint is the beginning of a Kamelet's template: no route sends to it by that name. */
    private static boolean isOwnBeginning(KameletEndpoint kamelet) {
        return kamelet.getEndpointUri().matches("kamelet:/*(source|sink)\\b.*");
    }

    static List<String> models(CamelContext context) {
        return context.getEndpoints().stream().filter(RoboflowEndpoint.class::isInstance).map(RoboflowEndpoint.class::cast)
                .flatMap(endpoint -> endpoint.modelDescription().map(model -> describe(model, endpoint)).stream())
                .distinct().limit(MOST_NAMED)
                .toList();
    }

    private static String describe(ModelDescription model, RoboflowEndpoint endpoint) {
        Optional<String> server = endpoint.server();
        if (server.isPresent()) {
            return model.id() + ": on " + server.get();
        }
        String classes = model.classes().size() <= MOST_NAMED ? String.join(", ", model.classes())
                : model.classes().size() + " classes";
        String size = model.inputSize().equals(ImageSize.UNKNOWN) ? "" : "; input " + model.inputSize() + " px";
        return model.id() + ": " + model.task() + " of " + MessageText.printable(classes) + size
                + String.format(Locale.ROOT, "; loaded in %.2f s", model.loadTime().toMillis() / 1000.0);
    }

    private static String place(Endpoint endpoint) {
        if (endpoint instanceof FileEndpoint file) {
            return file.getFile().getPath();
        }
        String uri = URISupport.sanitizeUri(endpoint.getEndpointBaseUri());
        return scheme(endpoint).startsWith("http") ? withoutPath(uri) : uri.replaceFirst("://", ":");
    }

    /** Returns the server of a web address without its path, which may hold a token. */
    private static String withoutPath(String address) {
        return address.replaceFirst("^(https?:/*)(?:[^/@]*@)?([^/?#]+).*", "$1$2");
    }

    private static String scheme(Endpoint endpoint) {
        String uri = endpoint.getEndpointUri();
        return uri.substring(0, uri.indexOf(':'));
    }

    private static String join(List<InboxStrategy> folders, Function<InboxSettings, Path> folder) {
        return folders.stream().map(each -> folder.apply(each.settings()).toString()).collect(Collectors.joining(", "));
    }

    private static String join(Collection<String> places) {
        return String.join(", ", places);
    }

    private static Optional<String> property(CamelContext context, String name) {
        return context.getPropertiesComponent().resolveProperty(name);
    }
}

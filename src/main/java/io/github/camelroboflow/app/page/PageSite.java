package io.github.camelroboflow.app.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.app.page.RecentResults.RecentResult;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.server.HttpService;
import io.github.camelroboflow.server.RequestHead;
import io.github.camelroboflow.server.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.CamelContext;

/** Answers the requests of the page. */
final class PageSite implements HttpService.Site {

    private static final Map<String, String> FILES = Map.of("/", "page.html", "/page.css", "page.css", "/page.js", "page.js",
            "/view.js", "view.js", "/icon.svg", "icon.svg");
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8", "svg", "image/svg+xml");

    /** Scripts, styles and pictures come from here alone, no other page can show this one, and nothing is stored. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY", "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin", "Cross-Origin-Opener-Policy", "same-origin",
            "Cache-Control", "no-store");

    private final RecentWork work;
    private final LiveView live;
    private final Rehearsal rehearsal;
    private final Pictures pictures;
    private final Changes changes;
    private final Observation observation;
    private final Map<String, Function<RequestHead, ServerResponse>> readings;
    private final String name;

    PageSite(CamelContext context, Settings settings, String token) {
        work = RecentWork.of(context);
        name = settings.page().name();
        pictures = new Pictures(System::nanoTime);
        rehearsal = new Rehearsal(context, work.recent(), settings.watches());
        observation = new Observation(context);
        Failures failures = new Failures(work, settings.folders());
        live = new LiveView(context, settings, failures, pictures, token);
        changes = new Changes(context, settings, failures);
        readings = Map.of(
                "/live", request -> ServerResponse.json(live.json(number(request.parameter("after").orElse("0")))),
                "/rehearsal", rehearsal::answer,
                "/observe/health", request -> observation.health(Observation.Kind.ALL),
                "/observe/health/live", request -> observation.health(Observation.Kind.LIVENESS),
                "/observe/health/ready", request -> observation.health(Observation.Kind.READINESS),
                "/observe/metrics", request -> observation.metrics());
    }

    @Override
    public Map<String, String> headers() {
        return HEADERS;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServerResponse answer(RequestHead request, byte[] body) {
        String path = request.path();
        if (request.method().equals("POST")) {
            return switch (path) {
                case "/retry" -> changes.retry(request.parameter("failure").orElse(""));
                case "/drop" -> changes.drop(request.parameter("inbox").orElse(""), request.parameter("name").orElse(""), body);
                case "/drop-waiting" -> changes.dropWaiting(request.parameter("destination").orElse(""));
                default -> notFound();
            };
        }
        if (FILES.containsKey(path)) {
            return file(FILES.get(path));
        }
        Function<RequestHead, ServerResponse> reading = readings.get(path);
        if (reading != null) {
            return reading.apply(request);
        }
        if (request.segments().size() == 2) {
            Optional<RecentResult> result = work.recent().find(number(request.segments().get(1)));
            switch (request.segments().get(0)) {
                case "result":
                    return result.<JsonNode>map(rehearsal::details).map(ServerResponse::json).orElseGet(PageSite::notFound);
                case "picture":
                    return result.map(found -> pictures.answer(found, request.parameter("size").orElse("")))
                            .orElseGet(PageSite::notFound);
                default:
                    return notFound();
            }
        }
        return notFound();
    }

    private static long number(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    private static ServerResponse notFound() {
        return ServerResponse.message(404, "There is nothing here any more.");
    }

    private static ServerResponse file(String name) {
        try (InputStream resource = PageSite.class.getResourceAsStream(name)) {
            return new ServerResponse(200, TYPES.get(name.substring(name.indexOf('.') + 1)), resource.readAllBytes(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.github.camelroboflow.app;

import io.github.camelroboflow.app.FatalErrors.UnrecoverableErrors;
import io.github.camelroboflow.app.page.Page;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.status.LiveLine;
import io.github.camelroboflow.app.status.StatusReport;
import io.github.camelroboflow.app.status.StatusSocket;
import io.github.camelroboflow.app.status.Summary;
import io.github.camelroboflow.app.status.WorkMonitor;
import io.github.camelroboflow.app.validation.StartChecks;
import io.github.camelroboflow.delivery.ErrorSafeThreadPools;
import io.github.camelroboflow.delivery.ErrorSafeThreadPools.StepErrorInterceptor;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.folder.Retention;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.delivery.route.PollFailures;
import io.github.camelroboflow.delivery.scale.dispatch.Election;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesComponent;

/** Camel's main program with our properties file, our announcements, and samples at the first start. */
final class Application extends org.apache.camel.main.Main {

    static final String PROPERTIES = "config/application.properties";

    private final PrintStream out;
    private final LiveLine live;
    private final FatalErrors fatal;
    private Throwable failure;
    private Settings settings;
    private Beans beans;

    Application(PrintStream out) {
        this(out, null, null);
    }

    /**
     * @param live  the line of the terminal; {@code null} if there is none
     * @param fatal the handler of errors that only a new start can heal; {@code null} for none
     */
    Application(PrintStream out, LiveLine live, FatalErrors fatal) {
        this.out = out;
        this.live = live;
        this.fatal = fatal;
        setDefaultPropertyPlaceholderLocation("file:" + PROPERTIES);
        addMainListener(new Announcements());
    }

    /** Reads properties as the program does, without a start. */
    static Function<String, Optional<String>> properties() {
        CamelContext context = new DefaultCamelContext();
        readAsUtf8(context);
        PropertiesComponent properties = context.getPropertiesComponent();
        properties.setLocation("file:" + PROPERTIES);
        return properties::resolveProperty;
    }

    /** Has the file of properties read as editors write it. Camel takes such files for ISO 8859-1, as Java once did. */
    static void readAsUtf8(CamelContext context) {
        context.getPropertiesComponent().setEncoding(StandardCharsets.UTF_8.name());
    }

    @Override
    protected CamelContext createCamelContext() {
        CamelContext context = super.createCamelContext();
        readAsUtf8(context);
        StartChecks.checkRoutesOf(context, () -> settings);
        installErrorHandlers(context);
        sendPendingAtStart(context);
        return context;
    }

    /** Installs the handlers that keep an Error, such as a lack of threads, from leaving a program that runs and does nothing. */
    private static void installErrorHandlers(CamelContext context) {
        context.getExecutorServiceManager().setThreadPoolFactory(new ErrorSafeThreadPools());
        context.getCamelContextExtension().addInterceptStrategy(new StepErrorInterceptor());
        context.addLifecycleStrategy(new PollFailures());
    }

    private static void sendPendingAtStart(CamelContext context) {
        try {
            context.addStartupListener((started, already) -> {
                Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
                if (outbox != null) {
                    outbox.sendWaiting();
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException("the context takes no listener", e);
        }
    }

    /** Records a failure, which Camel's implementation would only log. */
    @Override
    protected void afterStart() {
        try {
            super.afterStart();
        } catch (Throwable e) {
            failure = e;
            completed();
        }
    }

    /** @throws Exception the failure of the start, even if the routes had been started before it */
    @Override
    public int run(String[] args) throws Exception {
        int code = super.run(args);
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return code;
    }

    /** Returns the exit code of a route that ends by itself and could not do all of its work, if the program ended orderly. */
    @Override
    public int getExitCode() {
        int code = super.getExitCode();
        return code == 0 && beans != null ? beans.exitCode() : code;
    }

    /** Binds our beans: after the configured beans, and before those of the routes, which may replace ours. */
    @Override
    protected void configureRoutes(CamelContext context) throws Exception {
        Page.startWith(context, settings, out);
        beans = new Beans(context, settings, out, Optional.ofNullable(live));
        beans.bind();
        super.configureRoutes(context);
        Election.addTo(context, settings.scale().election(), settings.scale().topic());
        WatchRoutes.addTo(context, settings);
        List<RouteDefinition> routes = ((ModelCamelContext) context).getRouteDefinitions();
        if (!routes.isEmpty() && routes.stream().noneMatch(route -> DeliverRoute.ID.equals(route.getId()))) {
            context.addRoutes(DeliverRoute.builder());
        }
    }

    /** Removes old files once an hour, where a property limits them. */
    private void removeOldFiles(CamelContext context) {
        Retention retention = new Retention(settings.retention());
        if (retention.isSet()) {
            context.getExecutorServiceManager().newSingleThreadScheduledExecutor(retention, "roboflow-retention")
                    .scheduleWithFixedDelay(retention::removeOld, 1, 60, TimeUnit.MINUTES);
        }
    }

    private void answerStatus(CamelContext context, StatusReport report) {
        List<Path> folders = settings.sockets();
        boolean away = !Files.isDirectory(folders.get(0))
                && InboxStrategy.of(context).stream().anyMatch(InboxStrategy::isWaiting);
        Path folder = folders.get(away ? folders.size() - 1 : 0);
        StatusSocket.open(folder, question -> Questions.answer(question, report::text, context, settings))
                .ifPresent(socket -> ContextEvents.closedWith(context, socket));
    }

    private final class Announcements extends MainListenerSupport {

        private Samples samples;

        @Override
        public void beforeConfigure(BaseMainSupport main) {
            settings = StartChecks.checkProperties(main.getCamelContext());
        }

        @Override
        public void beforeStart(BaseMainSupport main) {
            CamelContext context = main.getCamelContext();
            if (fatal != null) {
                context.getManagementStrategy().addEventNotifier(new UnrecoverableErrors(fatal));
            }
            samples = new Samples(context, settings);
        }

        @Override
        public void afterStart(BaseMainSupport main) {
            CamelContext context = main.getCamelContext();
            if (context.getRoutes().isEmpty()) {
                throw new IllegalArgumentException("there is no route to run: the property routes names a file of the folder routes"
                        + " without .camel.yaml, such as watch-folder, and none was found for '"
                        + context.getPropertiesComponent().resolveProperty("routes").orElse("") + "'");
            }
            if (OneShotJob.isAllOf(context)) {
                // it reports its work itself
                return;
            }
            Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
            WorkMonitor monitor = WorkMonitor.of(context, settings.images());
            Summary summary = new Summary(context, monitor, settings.summary(), live);
            answerStatus(context, new StatusReport(context, monitor, outbox, StartAnnouncement.routes(context)));
            context.getManagementStrategy().addEventNotifier(new StopAnnouncement(out, outbox, summary));
            removeOldFiles(context);
            ConditionsReload.start(context);
            WatchRoutes.warnOfLeftImages(settings);
            StartAnnouncement.of(context, samples.copyToInbox()).forEach(out::println);
            summary.start();
        }
    }
}

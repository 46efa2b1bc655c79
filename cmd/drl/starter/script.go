package starter

import (
	"fmt"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// draft collects the parts of a script, each written as it stands.
type draft struct {
	uses, inputs, lets, before, deploy, after []string
	url                                       bool
}

// Script is the release script of the folder, formatted.
func (f *Folder) Script() []byte {
	d := &draft{}
	d.inputs = append(d.inputs, "## The version to release, with its v.\ninput version: string matches '^v\\d+\\.\\d+\\.\\d+'")
	f.address(d)
	f.gate(d)
	f.deployment(d)
	f.afterwards(d)
	text := f.assemble(d)
	tree, ds := syntax.Parse(source.NewFile("release.drl", []byte(text)))
	if ds.HasErrors() {
		ds.Sort()
		panic(fmt.Sprintf("starter: the script can't be read: %v\n%s", ds[0], text))
	}
	return syntax.Format(tree)
}

// address is where the release answers, for what does.
func (f *Folder) address(d *draft) {
	d.url = f.railway != nil || f.compose != nil && f.compose.port != "" || f.compose == nil && (f.dockerfile || f.django)
	switch {
	case !d.url:
		return
	case f.railway == nil && f.compose != nil:
		d.inputs = append(d.inputs, "## Where it answers.\ninput url: string = "+quote("http://127.0.0.1:"+f.compose.port))
	default:
		d.inputs = append(d.inputs, "## Where it answers, such as https://"+projectName(f.Name)+".example.com.\ninput url: string")
	}
	d.inputs = append(d.inputs, "## How long the release is watched.\ninput window: duration = 10m")
}

// gate is what has to be true before anything changes.
func (f *Folder) gate(d *draft) {
	check := func(title, command string) {
		d.before = append(d.before, fmt.Sprintf("check %s timeout 20m { $ %s }", quote(title), command))
	}
	if f.git {
		d.before = append(d.before, `check "everything is committed" { expect $(git status --porcelain).stdout == "" }`)
	}
	if f.changelog {
		d.before = append(d.before, `check "the changelog names {version}" { expect file.read("CHANGELOG.md") contains version }`)
	}
	if f.module != "" {
		check("go vet has nothing to say", "go vet ./...")
		check("the Go tests pass", "go test ./...")
	}
	if f.npm != nil {
		f.packages(d, check)
	}
	if f.django {
		check("the Django tests pass", "python manage.py test")
		check("no migration is missing", "python manage.py makemigrations --check --dry-run")
		check("the settings are fit for production", "python manage.py check --deploy")
	}
	if f.compose != nil {
		check(f.compose.file+" is right", "docker compose config --quiet")
	}
	d.before = append(d.before, `confirm "The changes were reviewed"`)
}

func (f *Folder) packages(d *draft, check func(title, command string)) {
	used := false
	for _, name := range npmScripts {
		used = used || f.npm.scripts[name] != ""
	}
	if !used {
		return
	}
	d.before = append(d.before, fmt.Sprintf("step \"install the packages\" {\n$ %s\nundo none \"each install makes node_modules anew\"\n}", f.npm.install))
	for _, s := range []struct{ name, title string }{
		{"lint", "the linter has nothing to say"}, {"typecheck", "the types fit"}, {"test", "the JavaScript tests pass"},
	} {
		if f.npm.scripts[s.name] != "" {
			check(s.title, f.npm.run+" "+s.name)
		}
	}
}

// deployment is how the folder is released: to Railway, with Compose, as an
// image, or with the script of package.json, in this order.
func (f *Folder) deployment(d *draft) {
	switch {
	case f.railway != nil:
		f.migrations(d, "railway run ")
		d.lets = append(d.lets, servingFn)
		d.deploy = append(d.deploy, railwayStep)
		return
	case f.compose != nil:
		f.withCompose(d)
		return
	case f.dockerfile:
		f.image(d)
		return
	}
	if f.npm != nil && f.npm.scripts["build"] != "" {
		d.deploy = append(d.deploy, fmt.Sprintf("step \"build\" timeout 20m {\n$ %s build\nundo none \"what was built changes nothing until it is deployed\"\n}", f.npm.run))
	}
	if f.module != "" {
		d.deploy = append(d.deploy, "step \"build\" timeout 20m {\n$ go build -o bin/ ./...\nundo none \"what was built changes nothing until it is deployed\"\n}")
	}
	f.migrations(d, "")
	if f.npm != nil && f.npm.scripts["deploy"] != "" {
		d.deploy = append(d.deploy, fmt.Sprintf("step \"deploy\" timeout 20m irreversible \"package.json names no way back\" {\n$ %s deploy\n}", f.npm.run))
		return
	}
	d.deploy = append(d.deploy, "# Write the step that deploys in place of this, and how it is undone.\nconfirm \"{version} is deployed\"")
}

const servingFn = `## The deployment that serves now; empty before the first one.
fn serving() -> string {
    let deployments = json.parse($(railway deployment list --json --limit 20).stdout) as list[any]
    let live = deployments.filter(d => d.status == "SUCCESS").map(d => d.id as string)
    return live.first ?? ""
}`

const railwayStep = `# railway finds the project by RAILWAY_TOKEN, or by what railway link chose.
step "deploy to Railway" timeout 20m {
    let before = serving()
    $ railway up --ci
    undo { $ railway api 'mutation($id: String!) { deploymentRollback(id: $id) }' --raw-var id={before} }
}`

// migrations is the step that migrates a Django database. prefix runs its
// commands where the database is.
func (f *Folder) migrations(d *draft, prefix string) {
	if !f.django {
		return
	}
	d.deploy = append(d.deploy, fmt.Sprintf(`# Going back leaves the new tables, which is right while migrations only add.
# One that removes something needs an undo of its own.
step "run the migrations" {
    done if $?(%[1]spython manage.py migrate --check).code == 0
    $ %[1]spython manage.py migrate --no-input
    undo none "the version before works with the new tables too"
}`, prefix))
}

func (f *Folder) withCompose(d *draft) {
	if len(f.compose.built) == 0 {
		d.deploy = append(d.deploy, `step "fetch the images" timeout 20m {
    $ docker compose pull
    undo none "an image that nothing starts changes nothing"
}`)
	} else {
		var images []string
		for _, s := range f.compose.built {
			images = append(images, fmt.Sprintf("{ service: %s, image: %s }", quote(s.name), quote(tagged(s.image))))
		}
		d.lets = append(d.lets, "# The services that are built here, with their images.\nlet built = [\n"+strings.Join(images, ",\n")+",\n]")
		d.deploy = append(d.deploy, `step "keep the images that run now" {
    for part in built {
        let running = $?(docker compose images --quiet {part.service}).stdout.lines.first ?? ""
        if running != "" { $ docker tag {running} {part.image}-before }
    }
    undo none "a second name for an image changes nothing"
}`, `step "build the images" timeout 20m {
    $ docker compose build
    undo none "an image that nothing starts changes nothing"
}`)
	}
	f.migrations(d, f.inService())
	up := "step \"start {version}\" timeout 10m {\n$ docker compose up --detach --wait --wait-timeout 120\n"
	if len(f.compose.built) == 0 {
		up += "undo none \"the images before are those of the compose file before: check it out, and release it\"\n}"
	} else {
		up += "undo {\nfor part in built {\n$ docker tag {part.image}-before {part.image}\n}\n" +
			"$ docker compose up --detach --wait --wait-timeout 120 --no-build\n}\n}"
	}
	d.deploy = append(d.deploy, up)
}

// inService begins the commands that run in the service with the code.
func (f *Folder) inService() string {
	if len(f.compose.built) == 0 {
		return ""
	}
	return "docker compose run --rm --no-TTY " + f.compose.built[0].name + " "
}

// tagged is an image with its tag.
func tagged(image string) string {
	if strings.LastIndexByte(image, ':') > strings.LastIndexByte(image, '/') {
		return image
	}
	return image + ":latest"
}

func (f *Folder) image(d *draft) {
	d.inputs = append(d.inputs, "## Where the image is kept, such as registry.example.com/"+projectName(f.Name)+".\ninput image: string")
	d.deploy = append(d.deploy, `step "build the image" timeout 20m {
    $ docker build --tag {image}:{version} .
    undo none "an image that nothing starts changes nothing"
}`, `step "push the image" timeout 20m {
    $ docker push {image}:{version}
    undo none "an image that nothing starts changes nothing"
}`)
	f.migrations(d, "docker run --rm {image}:{version} ")
	d.deploy = append(d.deploy, "# Write the step that starts it in place of this, and how it is undone.\nconfirm \"{image}:{version} runs\"")
}

// afterwards is what has to be true once it runs.
func (f *Folder) afterwards(d *draft) {
	if !d.url {
		d.after = append(d.after, "confirm "+quoteWith(f.Name, " {version} works"))
		return
	}
	health := ""
	if f.compose != nil {
		health = f.compose.path
	}
	if f.railway != nil && f.railway.health != "" {
		health = f.railway.health
	}
	if health != "" && health != "/" {
		d.uses = append(d.uses, "std/web")
		d.after = append(d.after, fmt.Sprintf("web.healthy(%s, \"{url}%s\")", quote(f.Name), health))
	} else {
		d.after = append(d.after, fmt.Sprintf("check %s within 2m { expect http.get(url).ok }", quote(f.Name+" answers")))
	}
	d.lets = append(d.lets, "metrics web_pages {\nlatency = http.probe(url, count: 4).latency\nerrors = http.probe(url, count: 4).errors lower is better\n}")
	d.after = append(d.after, `monitor "the first minutes" of web_pages for window every 15s or rollback {
    rollback if errors.over(2m) > 5%
    warn if latency.p95(5m) > 1s
}`)
}

func (f *Folder) assemble(d *draft) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# How %s is released. This is a beginning, from what is in the folder:\n", f.Name)
	if len(f.Found) == 0 {
		b.WriteString("# nothing that says how. Change it, and keep it beside the code.\n")
	} else {
		var files []string
		for _, found := range f.Found {
			files = append(files, found.File)
		}
		fmt.Fprintf(&b, "# %s. Change it, and keep it beside the code.\n", strings.Join(files, ", "))
	}
	b.WriteString("\n")
	for _, use := range d.uses {
		fmt.Fprintf(&b, "use %q\n\n", use)
	}
	fmt.Fprintf(&b, "release %s {\nversion: version\n}\n\n%s\n\n", quote(f.Name), strings.Join(d.inputs, "\n"))
	for _, let := range d.lets {
		b.WriteString(let + "\n\n")
	}
	phase := func(head string, nodes []string) {
		fmt.Fprintf(&b, "phase %s {\n", head)
		for i, n := range nodes {
			if i > 0 && (strings.Contains(n, "\n") || strings.Contains(nodes[i-1], "\n")) {
				b.WriteString("\n")
			}
			b.WriteString(n + "\n")
		}
		b.WriteString("}\n\n")
	}
	phase(`"Before"`, d.before)
	phase(`"Deploy" or rollback`, d.deploy)
	phase(`"After" or rollback`, d.after)
	b.WriteString("settle \"{version} stays\"\n\non finish {\nprint(\"{run.release} {run.version}: {run.outcome} after {run.duration}\")\n}\n")
	return b.String()
}

// quote writes a text as a string of the language that is that text.
func quote(text string) string { return quoteWith(text, "") }

// quoteWith is quote with more behind it that is written as it stands.
func quoteWith(text, more string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "{", `\{`, "}", `\}`, "\t", `\t`).Replace(text) + more + `"`
}

// Flags are those that the script wants beside the version, with an example.
func (f *Folder) Flags() string {
	d := &draft{}
	f.address(d)
	f.deployment(d)
	flags := ""
	for _, in := range d.inputs {
		_, declared, _ := strings.Cut(in, "\ninput ")
		if name, _, _ := strings.Cut(declared, ":"); !strings.Contains(declared, " = ") {
			flags += " --" + name + " " + map[string]string{"url": "https://…", "image": "registry…"}[name]
		}
	}
	return flags
}

/* A classic script before anything is drawn: a policy against scripts in the page lets it pass, and a dark page never flashes white. */
document.body.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);

/* Stands for a helper program: says what it was given and stays. */
console.log(`simulating ${process.argv.slice(2).join(' ')}`);
setInterval(() => {}, 1000);

package desk
type mark struct{}
const mostText = 5<<20
